/** The grid's measures in pixels: what is drawn is placed by them. */

export const CELL = 22; // width and height
export const HEAD = 48; // the line of the runs
export const NAME = 352; // the column of the tests
export const NAME_NARROW = 140;
