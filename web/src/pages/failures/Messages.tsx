import { useQuery } from '@tanstack/react-query';
import { type Column, DataTable } from '../../components/DataTable';
import { EmptyNote } from '../../components/EmptyNote';
import { Like } from '../../components/Like';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { formatCount, plural } from '../../lib/format';
import { FailureList } from './FailureList';
import { FailureSearch } from './FailureSearch';
import { FailureCount, failuresInWords, Message, NEWEST_WIDTH, Newest, patternError } from './parts';
import { type FailureMessage, messagesQuery, PER_PAGE } from './queries';
import { searchesOf } from './search';
import { type FailuresView, togglesOf } from './useFailures';

function count(key: 'tests' | 'jobs' | 'runs', title: string): Column<FailureMessage> {
  const info = `${title} with this message`;
  return { key, title, info, isNumber: true, from: 'lg', width: '4.5rem', cell: (row) => formatCount(row[key]) };
}

const COLUMNS: readonly Column<FailureMessage>[] = [
  {
    key: 'message',
    title: 'Message',
    cell: ({ message, tests, ...counts }) => (
      <>
        <Message text={message} />
        <div className="gh-note gh-below-md">
          {failuresInWords(counts)}, of {plural(tests, 'test')}
        </div>
      </>
    ),
  },
  {
    key: 'failures',
    title: 'Failures',
    info: 'Results that failed with it; those that never ended are counted apart',
    isNumber: true,
    from: 'md',
    width: '6.5rem',
    cell: (row) => <FailureCount {...row} />,
  },
  count('tests', 'Tests'),
  count('jobs', 'Jobs'),
  count('runs', 'Runs'),
  { key: 'oldest', title: 'Oldest', from: 'md', width: '9.5rem', cell: ({ oldest_at }) => <Moment at={oldest_at} /> },
  {
    key: 'newest',
    title: 'Newest',
    width: NEWEST_WIDTH,
    cell: ({ newest, newest_at }) => <Newest {...newest} at={newest_at} />,
  },
];

/** The messages of most failures, equal ones together. */
export function Messages(view: FailuresView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(messagesQuery(view));
  const badPattern = patternError(error, own.q);
  const { isOpen, onToggle } = togglesOf(view);
  return (
    <Panel
      title="Messages"
      testId="messages"
      note={
        data ? (
          `${plural(data.total, 'message')}; equal ones are counted together, the most frequent first`
        ) : (
          <Like>xx messages; equal ones are counted together, the most frequent first</Like>
        )
      }
    >
      <FailureSearch {...view} error={badPattern} />
      {!badPattern && (
        <DataTable
          label="The messages"
          className="gh-failing gh-failing-messages"
          columns={COLUMNS}
          rows={data?.messages}
          rowKey={({ message }) => message}
          rowTestId="message"
          paging={{
            limit: PER_PAGE,
            offset: own.offset,
            total: data?.total ?? 0,
            onPage: (offset) => update({ offset, open: [] }),
          }}
          details={{
            // An empty message would be no word of an address.
            isOpen: ({ message }) => isOpen(keyOf(message)),
            onToggle: ({ message }) => onToggle(keyOf(message)),
            content: ({ message }) => <FailureList view={view} only={{ whole_message: message }} />,
          }}
          error={error}
          onRetry={() => refetch()}
          isStale={isPlaceholderData}
          empty={<EmptyNote view={view} title="No messages of failures" search={searchesOf(view)} />}
        />
      )}
    </Panel>
  );
}

function keyOf(message: string): string {
  return `=${message}`;
}
