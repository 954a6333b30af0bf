import { useQuery } from '@tanstack/react-query';
import type { RunFacts } from '../../api/types';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Moment';
import { OutcomeWithWord } from '../../components/OutcomeLabel';
import { OutsideLink } from '../../components/OutsideLink';
import { Panel } from '../../components/Panel';
import { ViewLink } from '../../components/ViewLink';
import { formatCount } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { type Attempt, attemptsOf } from './attemptsOf';
import { attemptsQuery } from './queries';

/** What was tried for the same change, and what became of each try; nothing where there was only one. */
export function Attempts({ run }: { run: RunFacts }) {
  const { data, error, refetch } = useQuery(attemptsQuery(run.uuid));
  if (error) {
    return (
      <Panel title="Attempts">
        <ErrorState what="The other attempts" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  const { attempts, here } = attemptsOf(data?.attempts ?? [], run.uuid);
  if (attempts.length < 2) return null;
  return (
    <Panel
      title={`Attempt ${here} of ${attempts.length}`}
      note="runs of the same job for the same change, in one buildset"
      testId="attempts"
    >
      <DataTable
        label="The attempts"
        className="gh-attempts"
        columns={COLUMNS}
        rows={attempts}
        rowKey={({ uuid }) => uuid}
        rowTestId="attempt"
        empty=""
      />
    </Panel>
  );
}

const COLUMNS: readonly Column<Attempt>[] = [
  {
    key: 'attempt',
    title: 'Attempt',
    width: 'clamp(7rem, 18vw, 14rem)',
    cell: ({ uuid, number, isHere }) =>
      isHere ? (
        <strong aria-current="page">{number}, this run</strong>
      ) : (
        <ViewLink to={runPath(uuid)}>Attempt {number}</ViewLink>
      ),
  },
  {
    key: 'outcome',
    title: 'Outcome',
    cell: ({ outcome, result }) => <OutcomeWithWord outcome={outcome} result={result} />,
  },
  {
    key: 'started',
    title: 'Started',
    from: 'md',
    width: '10rem',
    cell: ({ started_at }) => <Moment at={started_at} />,
  },
  {
    key: 'seconds',
    title: 'Run time',
    isNumber: true,
    width: 'clamp(5.5rem, 10vw, 8rem)',
    cell: ({ seconds }) => <Duration seconds={seconds} />,
  },
  {
    key: 'results',
    title: 'Results',
    isNumber: true,
    from: 'md',
    width: '7rem',
    cell: ({ counts }) =>
      counts.total === 0 ? <span className="gh-note">no results</span> : formatCount(counts.total),
  },
  {
    key: 'logs',
    title: 'Logs',
    from: 'lg',
    width: '6rem',
    cell: ({ log_url }) => <OutsideLink address={log_url}>Logs</OutsideLink>,
  },
];
