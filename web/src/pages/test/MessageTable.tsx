import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { Attachments } from '../../components/Attachments';
import { type Column, DataTable } from '../../components/DataTable';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Moment';
import { OutsideLink } from '../../components/OutsideLink';
import { Rows } from '../../components/Rows';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, plural } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { Message, toggled } from './FailureTable';
import { alikeQuery, type FailureMessage, type TestFailures } from './queries';
import type { TestView } from './useTest';

interface Props {
  view: TestView;
  query: UseQueryResult<TestFailures>;
  empty: ReactNode;
}

/** What the failures say, equal messages counted together; each unfolds to its newest text and to where it was seen. */
export function MessageTable({ view, query, empty }: Props) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = query;
  const columns = useMemo(() => columnsOf(), []);
  return (
    <DataTable
      label="The messages"
      className="gh-test-messages"
      columns={columns}
      rows={data?.messages}
      rowKey={keyOf}
      details={{
        isOpen: (row) => own.open.includes(keyOf(row)),
        onToggle: (row) => update({ open: toggled(own.open, keyOf(row)) }, true),
        content: (row) => <Alike view={view} message={row} />,
      }}
      error={error}
      onRetry={refetch}
      isStale={isPlaceholderData}
      rowTestId="message"
      empty={empty}
      foot={
        data &&
        data.messages_total > data.messages.length && (
          <span className="gh-note">
            The {formatCount(data.messages.length)} most frequent of {formatCount(data.messages_total)} messages
          </span>
        )
      }
    />
  );
}

/** Short enough for an address, and the same whatever the newest failure is (FNV-1a). */
function keyOf({ message }: FailureMessage): string {
  let hash = 0x811c9dc5;
  for (const letter of message) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16);
}

function countOf({ failures, incomplete }: FailureMessage): number {
  return failures + incomplete;
}

function columnsOf(): Column<FailureMessage>[] {
  return [
    { key: 'message', title: 'Message', cell: ({ message }) => <Message text={message} /> },
    {
      key: 'count',
      title: 'Results',
      info: 'That failed or never ended',
      isNumber: true,
      width: '5.5rem',
      cell: (row) => formatCount(countOf(row)),
    },
    { key: 'runs', title: 'Runs', isNumber: true, width: '5rem', from: 'md', cell: ({ runs }) => formatCount(runs) },
    { key: 'jobs', title: 'Jobs', isNumber: true, width: '5rem', from: 'md', cell: ({ jobs }) => formatCount(jobs) },
    {
      key: 'oldest',
      title: 'First seen',
      width: '9.5rem',
      from: 'lg',
      cell: ({ oldest_at }) => <Moment at={oldest_at} />,
    },
    {
      key: 'newest',
      title: 'Last seen',
      width: '9.5rem',
      from: 'md',
      cell: ({ newest, newest_at }) => (
        <ViewLink to={runPath(newest.uuid, newest.test)} title="To the run">
          <Moment at={newest_at} />
        </ViewLink>
      ),
    },
  ];
}

function Alike({ view, message }: { view: TestView; message: FailureMessage }) {
  const { newest } = message;
  return (
    <div className="gh-test-alike">
      <section aria-label="The newest text">
        <h3 className="gh-subtitle">
          The newest, of <Moment at={message.newest_at} />
        </h3>
        <Attachments uuid={newest.uuid} test={newest.test} attempt={newest.attempt} />
      </section>
      {message.message && countOf(message) > 1 && <Seen view={view} message={message} />}
    </div>
  );
}

/** Where a message was seen last. */
function Seen({ view, message }: { view: TestView; message: FailureMessage }) {
  const { data, error, refetch } = useQuery(alikeQuery(view, message.message));
  if (error) return <ErrorState what="The results with this message" error={error} onRetry={() => refetch()} />;
  if (!data) return <Rows count={5} label="the results with this message" />;
  const same = data.failures.filter((failure) => failure.message === message.message);
  const further = countOf(message) - same.length;
  return (
    <section aria-label="Results with this message">
      <h3 className="gh-subtitle">Results with this message</h3>
      <ul className="gh-test-seen">
        {same.map(({ run, test, attempt }) => (
          <li key={`${run.uuid}~${attempt}`}>
            <Moment at={run.started_at} />
            <span className="gh-break">{run.job}</span>
            <span>{run.provider}</span>
            <ViewLink to={runPath(run.uuid, test)}>Run</ViewLink>
            <OutsideLink address={run.log_url}>Logs</OutsideLink>
          </li>
        ))}
      </ul>
      {further > 0 && <p className="gh-note">and {plural(further, 'earlier result')}</p>}
    </section>
  );
}
