import { Skeleton } from '@patternfly/react-core';
import type { EChartsCoreOption } from 'echarts/core';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { useIsDark } from '../lib/hooks';
import { bucketLength, type Resolution } from '../lib/period';
import { useZone } from '../lib/zone';
import type { Picked } from './Canvas';
import { type Look, readPalette } from './look';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const loadCanvas = () => import('./Canvas');
const Canvas = lazy(loadCanvas);

export interface Buckets {
  times: readonly string[];
  resolution: Resolution;
}

export interface ChartProps {
  label: string;
  summary: string; // what the chart says, for those who cannot see it
  build: ((look: Look) => EChartsCoreOption) | undefined; // memoised (useCallback, useMemo); none while loading
  height?: string; // 15rem
  buckets?: Buckets; // where the x axis is one of buckets (bucketFrame); none where it is one of time (timeFrame)
  onZoom?: (from: Date, to: Date) => void; // what was dragged over; none: dragging does nothing
  onSelect?: (first: number, last: number) => void; // the same as values of the axis, where it is not one of moments
  onPick?: (picked: Picked) => void;
  onRange?: (first: number, last: number) => void; // what a dataZoom of the option shows now, as values of the axis
}

/** The picture of a chart. It follows the theme, the zone and its own size. Panels with a menu: ChartPanel. */
export function Chart({ label, summary, build, height, buckets, onZoom, onSelect, onPick, onRange }: ChartProps) {
  const isDark = useIsDark();
  const zone = useZone();
  useEffect(() => {
    void loadCanvas(); // while the data is on its way
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read from the page, which isDark stands for
  const option = useMemo(() => build?.({ palette: readPalette(), zone }), [build, zone, isDark]);
  const zoom = onZoom && ((first: number, last: number) => zoomTo(first, last, buckets, onZoom));
  const loading = <Skeleton height="100%" screenreaderText={`Loading ${label}`} />;
  return (
    <div className="gh-chart" style={height ? { height } : undefined}>
      {option ? (
        <Suspense fallback={loading}>
          <div role="img" aria-label={`${label}. ${summary}`} className="gh-chart-image">
            <Canvas option={option} onSelect={onSelect ?? zoom} onPick={onPick} onRange={onRange} />
          </div>
        </Suspense>
      ) : (
        loading
      )}
    </div>
  );
}

/** Values of an axis of buckets are their positions; those of an axis of time are milliseconds. */
function zoomTo(
  first: number,
  last: number,
  buckets: Buckets | undefined,
  onZoom: (from: Date, to: Date) => void,
): void {
  if (!buckets) {
    // To what a person can read off the axis, and an address can hold.
    const unit = last - first > 2 * HOUR ? MINUTE : 1_000;
    if (first < last) onZoom(new Date(Math.floor(first / unit) * unit), new Date(Math.ceil(last / unit) * unit));
    return;
  }
  const [start, end] = [buckets.times[first], buckets.times[last]];
  if (start && end) onZoom(new Date(start), new Date(Date.parse(end) + bucketLength(buckets.resolution)));
}
