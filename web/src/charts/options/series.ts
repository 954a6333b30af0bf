/** Series in the product's look, for use with bucketFrame and timeFrame. */

const MANY = 240; // bars: beyond, gaps between them would take the colour out of the chart
const FAINT = 0.3;

export type Values = readonly (number | null)[];
/** [milliseconds, value, what else the tooltip needs ...] */
export type Point = readonly [number, number | null, ...unknown[]];

/** Bars on top of each other; the first series stands on the axis. */
export function stackedBars(parts: readonly { name: string; values: Values; colour: string }[]): object[] {
  return parts.map(({ name, values, colour }) => ({
    name,
    type: 'bar',
    stack: 'stack',
    data: values,
    color: colour,
    animation: false,
    barCategoryGap: values.length > MANY ? 0 : '12%',
    barMinWidth: 1,
  }));
}

interface LineLook {
  isFaint?: boolean;
  isFilled?: boolean;
  width?: number;
  isDashed?: boolean;
}

/** A line with gaps where there is no value; a point between two gaps shows as a dot, for it has no line to be seen by. */
export function gapLine(name: string, data: Values | readonly Point[], colour: string, look: LineLook = {}): object {
  const valueAt = (i: number) => {
    const datum = data[i] ?? null;
    return Array.isArray(datum) ? datum[1] : datum;
  };
  const isAlone = (i: number) => (valueAt(i - 1) ?? null) === null && (valueAt(i + 1) ?? null) === null;
  const opacity = look.isFaint ? FAINT : 1;
  return {
    name,
    type: 'line',
    data,
    color: colour,
    animation: false,
    connectNulls: false,
    showAllSymbol: true,
    symbol: 'circle',
    symbolSize: (_value: unknown, point: { dataIndex: number }) => (isAlone(point.dataIndex) ? 4 : 0),
    itemStyle: { opacity },
    lineStyle: { width: look.width ?? (look.isFaint ? 1 : 1.5), opacity, type: look.isDashed ? 'dashed' : 'solid' },
    ...(look.isFilled ? { areaStyle: { opacity: 0.15 } } : {}),
  };
}

/** Single points; half transparent, so that many in one place are told from few. */
export function scatter(name: string, points: readonly Point[], colour: string, symbol = 'circle', size = 5): object {
  return {
    name,
    type: 'scatter',
    data: points,
    color: colour,
    symbol,
    symbolSize: size,
    itemStyle: { opacity: 0.55 },
    emphasis: { itemStyle: { opacity: 1 }, scale: 1.8 },
    animation: false,
  };
}

/** The area between two lines, as of a deviation: put it before the lines that it belongs to. */
export function band(name: string, low: readonly Point[], high: readonly Point[], colour: string): object[] {
  const between = low.map(([at, value], i): Point => {
    const top = high[i]?.[1] ?? null;
    return [at, value === null || top === null ? null : top - value];
  });
  const bare = { type: 'line', stack: name, stackStrategy: 'all', symbol: 'none', animation: false, silent: true };
  return [
    { ...bare, name: `${name} (low)`, data: low, lineStyle: { opacity: 0 }, tooltip: { show: false } },
    {
      ...bare,
      name,
      data: between,
      lineStyle: { opacity: 0 },
      areaStyle: { color: colour, opacity: 0.18 },
      tooltip: { show: false },
    },
  ];
}
