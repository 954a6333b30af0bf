/** The one module that loads ECharts, and only what the charts use of it; loaded lazily. */
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomInsideComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useDragSelection } from './useDragSelection';

use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  DataZoomInsideComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer,
]);

/** A drawn thing that was clicked on. */
export interface Picked {
  series: string; // its name
  index: number; // of the item among the series' data
  value: unknown; // as the option gave it
}

interface Props {
  option: EChartsCoreOption;
  onSelect?: (first: number, last: number) => void; // what was dragged over, as values of the x axis, in order
  onPick?: (picked: Picked) => void;
  onRange?: (first: number, last: number) => void; // what a dataZoom shows now, as values of the x axis
}

export default function Canvas({ option, onSelect, onPick, onRange }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const pick = useRef(onPick);
  const range = useRef(onRange);
  useEffect(() => {
    pick.current = onPick;
    range.current = onRange;
  });
  useEffect(() => {
    const element = holder.current as HTMLDivElement;
    const made = init(element);
    chart.current = made;
    made.on('click', (event) => {
      const {
        seriesName = '',
        dataIndex = 0,
        value,
      } = event as { seriesName?: string; dataIndex?: number; value: unknown };
      pick.current?.({ series: seriesName, index: dataIndex, value });
    });
    made.on('datazoom', () => {
      const [zoom] = (made.getOption() as { dataZoom?: { startValue?: number; endValue?: number }[] }).dataZoom ?? [];
      if (zoom?.startValue !== undefined && zoom.endValue !== undefined)
        range.current?.(zoom.startValue, zoom.endValue);
    });
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
    const valueAt = (x: number) => Number(chart.current?.convertFromPixel({ xAxisIndex: 0 }, x));
    const [first, last] = [valueAt(left), valueAt(right)];
    if (Number.isFinite(first) && Number.isFinite(last)) onSelect?.(first, last);
  });
  return (
    <div className={`gh-canvas ${onSelect ? 'gh-canvas-selectable' : ''}`} {...(onSelect ? handlers : {})}>
      <div ref={holder} className="gh-canvas-holder" />
      {selection && <div className="gh-selection" style={{ left: selection.left, width: selection.width }} />}
    </div>
  );
}
