/** The one module that loads ECharts, and only what the charts use of it; loaded lazily. */
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useDragSelection } from './useDragSelection';

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

interface Props {
  option: EChartsCoreOption;
  onSelect: (first: number, last: number) => void; // buckets that were dragged over, in order
}

export default function Canvas({ option, onSelect }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  useEffect(() => {
    const element = holder.current as HTMLDivElement;
    const made = init(element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
  const { selection, handlers } = useDragSelection((left, right) => {
    const bucketAt = (x: number) => Number(chart.current?.convertFromPixel({ xAxisIndex: 0 }, x));
    const [first, last] = [bucketAt(left), bucketAt(right)];
    if (Number.isInteger(first) && Number.isInteger(last)) onSelect(first, last);
  });
  return (
    <div className="gh-canvas" {...handlers}>
      <div ref={holder} className="gh-canvas-holder" />
      {selection && <div className="gh-selection" style={{ left: selection.left, width: selection.width }} />}
    </div>
  );
}
