/** The grid's measures in pixels: what is drawn is placed by them. */

export const CELL = 22; // width and height
export const HEAD = 48; // the line of the runs
/** Columns whose cells come and go together: scrolling sideways then leaves the others of a line as they are. */
export const BLOCK = 12;
export const NAME = 352; // the column of the tests
export const NAME_NARROW = 140;
