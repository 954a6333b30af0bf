import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { Attachments } from '../../components/Attachments';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { Moment } from '../../components/Moment';
import { OutsideLink } from '../../components/OutsideLink';
import { PlainText } from '../../components/PlainText';
import { StatusWord } from '../../components/StatusWord';
import { ViewLink } from '../../components/ViewLink';
import { groupPath, jobPath, runPath } from '../../lib/paths';
import { FAILURES_PER_PAGE, type Failure, type TestFailures } from './queries';
import type { TestView } from './useTest';

interface Props {
  view: TestView;
  query: UseQueryResult<TestFailures>;
  empty: ReactNode;
}

/** Failures one by one, newest first; each unfolds to its whole text. */
export function FailureTable({ view: { own, update }, query, empty }: Props) {
  const { data, error, isPlaceholderData, refetch } = query;
  const columns = useMemo(() => columnsOf(), []);
  return (
    <DataTable
      label="The failures"
      className="gh-test-failures"
      columns={columns}
      rows={data?.failures}
      rowKey={keyOf}
      details={{
        isOpen: (row) => own.open.includes(keyOf(row)),
        onToggle: (row) => update({ open: toggled(own.open, keyOf(row)) }, true),
        content: (row) => <Attachments uuid={row.run.uuid} test={row.test} attempt={row.attempt} />,
      }}
      paging={
        data && {
          limit: FAILURES_PER_PAGE,
          offset: own.offset,
          total: data.total,
          onPage: (offset) => update({ offset, open: [] }),
        }
      }
      error={error}
      onRetry={refetch}
      isStale={isPlaceholderData}
      rowTestId="failure"
      empty={empty}
    />
  );
}

export function toggled(open: readonly string[], key: string): string[] {
  return open.includes(key) ? open.filter((other) => other !== key) : [...open, key];
}

function keyOf({ run, attempt }: Failure): string {
  return attempt > 0 ? `${run.uuid}~${attempt}` : run.uuid;
}

function columnsOf(): Column<Failure>[] {
  return [
    {
      key: 'started',
      title: 'Started',
      cell: ({ run, attempt }) => (
        <>
          <ViewLink to={runPath(run.uuid)} title="To the run">
            <Moment at={run.started_at} />
          </ViewLink>
          {attempt > 0 && <div className="gh-note">attempt {attempt + 1}</div>}
        </>
      ),
    },
    {
      key: 'message',
      title: 'Message',
      cell: ({ status, message, run, test }) => (
        <>
          {status !== 'fail' && <StatusWord status={status} />}
          <Message text={message} />
          <div className="gh-test-failure-links">
            <span className="gh-below-lg">{run.job}</span>
            <ViewLink to={runPath(run.uuid, test)}>Run</ViewLink>
            <OutsideLink address={run.log_url}>Logs</OutsideLink>
          </div>
        </>
      ),
    },
    {
      key: 'job',
      title: 'Job',
      width: '16%',
      from: 'lg',
      cell: ({ run }) => (run.job ? <ViewLink to={jobPath(run.job)}>{run.job}</ViewLink> : '–'),
    },
    { key: 'pipeline', title: 'Pipeline', width: '7.5rem', from: 'lg', cell: ({ run }) => run.pipeline },
    { key: 'change', title: 'Change', width: '6.5rem', from: 'lg', cell: ({ run }) => changeOf(run) },
    {
      key: 'provider',
      title: 'Provider',
      width: '9rem',
      from: 'lg',
      cell: ({ run }) =>
        run.provider ? <ViewLink to={groupPath('provider', run.provider)}>{run.provider}</ViewLink> : '–',
    },
    {
      key: 'seconds',
      title: 'Duration',
      width: '6rem',
      from: 'md',
      isNumber: true,
      cell: ({ seconds }) => <Duration seconds={seconds} />,
    },
  ];
}

/** The first line of what a result says. */
export function Message({ text }: { text: string }) {
  if (!text) return <span className="gh-absent">no message</span>;
  return (
    <div className="gh-message gh-test-message" title={text}>
      <PlainText text={text} />
    </div>
  );
}

/** The change as Gerrit writes it, with its patchset: 912345,3. */
function changeOf({ change, patchset }: Failure['run']): string {
  if (!change) return '–';
  return patchset ? `${change},${patchset}` : change;
}
