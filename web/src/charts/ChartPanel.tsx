import { type ReactNode, useState } from 'react';
import { Panel } from '../components/Panel';
import type { DataColumn } from '../lib/dataFile';
import { Chart, type ChartProps } from './Chart';
import { ChartMenu } from './ChartMenu';
import { ChartTable } from './ChartTable';

interface Props extends ChartProps {
  title: string;
  note?: ReactNode;
  legend?: ReactNode; // see Legend
  testId?: string;
  columns: readonly DataColumn[]; // the chart's data, as it is downloaded and shown as a table; of one length
  file?: string; // name of the downloads, without its end; by default made of the title
  children?: ReactNode; // below the chart
}

/** A panel with a chart, whose data can be downloaded and shown as a table. */
export function ChartPanel({ title, note, legend, testId, columns, file, children, ...chart }: Props) {
  const [isTable, setTable] = useState(false);
  return (
    <Panel
      title={title}
      note={note}
      testId={testId}
      actions={
        <div className="gh-chart-actions">
          {legend}
          <ChartMenu
            title={title}
            file={file ?? title}
            columns={columns}
            isTable={isTable}
            onTable={() => setTable(!isTable)}
          />
        </div>
      }
    >
      {isTable && chart.build ? (
        <ChartTable label={chart.label} columns={columns} height={chart.height} />
      ) : (
        <Chart {...chart} />
      )}
      {children}
    </Panel>
  );
}
