import { Skeleton } from '@patternfly/react-core';
import type { EChartsCoreOption } from 'echarts/core';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import type { Groups } from '../api/types';
import { useIsDark } from '../lib/hooks';
import { bucketLength } from '../lib/period';
import { type Palette, readPalette } from './palette';

const loadCanvas = () => import('./Canvas');
const Canvas = lazy(loadCanvas);

interface Props {
  label: string;
  summary: string; // what the chart says, for those who cannot see it
  data: Groups | undefined; // none while loading
  build: (data: Groups, palette: Palette) => EChartsCoreOption; // the same function as long as it draws the same
  onZoom: (from: Date, to: Date) => void;
}

/** A chart over the buckets of a period; dragging over it chooses a shorter period. */
export function TimeChart({ label, summary, data, build, onZoom }: Props) {
  const isDark = useIsDark();
  useEffect(() => {
    void loadCanvas(); // while the data is on its way
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read from the page, which isDark stands for
  const option = useMemo(() => data && build(data, readPalette()), [data, build, isDark]);
  const zoom = (first: number, last: number) => {
    const [start, end] = [data?.times[first], data?.times[last]];
    if (!data || !start || !end) return;
    onZoom(new Date(start), new Date(Date.parse(end) + bucketLength(data.resolution)));
  };
  const loading = <Skeleton height="100%" screenreaderText={`Loading ${label}`} />;
  return (
    <div className="gh-chart">
      {option ? (
        <Suspense fallback={loading}>
          <div role="img" aria-label={`${label}. ${summary}`} className="gh-chart-image">
            <Canvas option={option} onSelect={zoom} />
          </div>
        </Suspense>
      ) : (
        loading
      )}
    </div>
  );
}
