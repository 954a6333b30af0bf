import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { formatBytes, formatCount, plural } from '../../lib/format';
import { storeQuery } from './queries';

/** How the database lies on its disk, how long it keeps what, and what serves it. */
export function StorePanels({ dataVersion }: { dataVersion: number | undefined }) {
  const { data: store, error, refetch } = useQuery(storeQuery);
  if (error && !store) {
    return (
      <Panel title="The database">
        <ErrorState what="The state of the database" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  const days = (count: number) => plural(count, 'day');
  return (
    <div className="gh-status-panels">
      <FactsPanel
        title="On the disk"
        testId="store"
        facts={
          store && [
            ['Database', formatBytes(store.database_bytes)],
            ['Free beside it', formatBytes(store.disk_free_bytes)],
            ['Results of open days', formatCount(store.open_results), 'In the order in which they came'],
            ['Closed days', formatCount(store.closed_days), 'Their results are sorted by test and counted'],
            ['… in batches', formatCount(store.batches), 'A day to which runs came late has several'],
            ['… with failures alone', formatCount(store.days_of_failures), 'Results that passed have expired'],
            ['… with counters alone', formatCount(store.days_of_counters), 'All results have expired'],
          ]
        }
      />
      <FactsPanel
        title="Kept for"
        testId="retention"
        facts={
          store && [
            ['Passed and skipped', days(store.passing_days), 'Setting passing_days'],
            ['Failures and texts', days(store.failure_days), 'Setting failure_days'],
            ['Counts by test and job', 'always'],
            ['Runs and their facts', 'always'],
            ['A day is closed after', days(store.close_after_days), 'Setting close_after_days'],
          ]
        }
      />
      <FactsPanel
        title="Versions"
        testId="versions"
        facts={
          store && [
            ['Gatehealth', store.versions.gatehealth],
            ['Database schema', store.versions.schema_version],
            ['DuckDB', store.versions.duckdb],
            ['Python', store.versions.python],
            ['Serving since', <Moment key="started" at={store.started_at} />],
            ['Version of the data', dataVersion ?? '–', 'Grows with every commit; equal numbers mean equal data'],
          ]
        }
      />
    </div>
  );
}

type Fact = [name: string, value: ReactNode, explained?: string];

function FactsPanel({ title, testId, facts }: { title: string; testId: string; facts: Fact[] | undefined }) {
  return (
    <Panel title={title} testId={testId}>
      {facts ? (
        <dl className="gh-status-facts">
          {facts.map(([name, value, explained]) => (
            <div key={name} title={explained}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <Rows count={5} label={title} />
      )}
    </Panel>
  );
}
