import { Alert } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import type { StatusAnswer } from '../../api/types';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { SILENCE } from '../../components/Freshness';
import { LevelMark } from '../../components/LevelMark';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { ViewLink } from '../../components/ViewLink';
import { plural } from '../../lib/format';
import { groupPath, runPath } from '../../lib/paths';
import type { Direction } from '../../lib/sorting';

type Newest = StatusAnswer['pipelines'][number];
interface Row extends Newest {
  silence: number; // milliseconds since its newest run started
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'pipeline',
    title: 'Pipeline',
    sort: ({ pipeline }) => pipeline,
    firstClick: 'asc',
    cell: ({ pipeline }) =>
      pipeline ? (
        <ViewLink to={groupPath('pipeline', pipeline)}>{pipeline}</ViewLink>
      ) : (
        <em className="gh-absent">(no pipeline)</em>
      ),
  },
  {
    key: 'state',
    title: 'State',
    info: 'Silent: no run started for more than 24 hours',
    width: '30%',
    cell: ({ silence }) =>
      silence > SILENCE ? (
        <span className="gh-silent">
          <LevelMark level="warning" /> Silent for {spanOf(silence)}
        </span>
      ) : (
        <span>
          <LevelMark level="success" /> Fresh
        </span>
      ),
  },
  {
    key: 'newest',
    title: 'Newest run',
    info: 'When it started',
    width: '22%',
    sort: ({ started_at }) => Date.parse(started_at),
    cell: ({ uuid, started_at }) => (
      <ViewLink to={runPath(uuid)}>
        <Moment at={started_at} relative />
      </ViewLink>
    ),
  },
  {
    key: 'delay',
    title: 'Received after',
    info: 'From its start until it was here: the run itself, and the way',
    isNumber: true,
    from: 'md',
    width: '18%',
    sort: delayOf,
    cell: (row) => <Duration seconds={delayOf(row)} />,
  },
];

/** How fresh each pipeline is, with a warning for those that have gone silent. */
export function FreshnessPanel({ status }: { status: StatusAnswer | undefined }) {
  const [sort, setSort] = useState<{ key: string; dir: Direction }>({ key: 'newest', dir: 'desc' });
  const rows = useMemo(
    () => status?.pipelines.map((one) => ({ ...one, silence: Date.parse(status.now) - Date.parse(one.started_at) })),
    [status],
  );
  const silent = rows?.filter(({ silence }) => silence > SILENCE) ?? [];
  return (
    <Panel title="Freshness" note="the newest run of each pipeline that was ever seen" testId="freshness-by-pipeline">
      {silent.length > 0 && (
        <Alert
          variant="warning"
          isInline
          isPlain
          className="gh-silence"
          title={`${plural(silent.length, 'pipeline')} without a new run for more than 24 hours`}
          data-testid="silent-pipelines"
        >
          {silent.map(({ pipeline }) => pipeline || '(no pipeline)').join(', ')}. Either nothing runs there, or its
          results do not arrive.
        </Alert>
      )}
      <DataTable
        label="Freshness by pipeline"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ pipeline }) => pipeline}
        sort={sort}
        onSort={(key, dir) => setSort({ key, dir })}
        skeletonRows={4}
        rowTestId="pipeline"
        className="gh-pipelines"
        empty="No run has come yet."
      />
    </Panel>
  );
}

/** Seconds; none when the clocks disagree. */
function delayOf({ started_at, received_at }: Newest): number | null {
  const seconds = Math.round((Date.parse(received_at) - Date.parse(started_at)) / 1000);
  return seconds < 0 ? null : seconds;
}

function spanOf(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
}
