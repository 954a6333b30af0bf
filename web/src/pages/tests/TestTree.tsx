import FolderIcon from '@patternfly/react-icons/dist/dynamic/icons/folder-icon';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { CountBar } from '../../components/CountBar';
import { Covered } from '../../components/Covered';
import { type Column, DataTable } from '../../components/DataTable';
import { Like } from '../../components/Like';
import { Panel } from '../../components/Panel';
import { PlainText } from '../../components/PlainText';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, plural } from '../../lib/format';
import { TESTS, testPath, testsPath } from '../../lib/paths';
import { countColumn, rateColumn } from './columns';
import { LimitChoice, TabChoice } from './ListTools';
import { treeQuery } from './queries';
import { type PartRow, partRows } from './rows';
import type { TestsView, TREE_SORTS } from './useTests';

const COLUMNS: readonly Column<PartRow>[] = [
  {
    key: 'part',
    title: 'Part of the name',
    sort: ({ part }) => part,
    firstClick: 'asc',
    cell: (row) => <Part {...row} />,
  },
  {
    key: 'tests',
    title: 'Tests',
    info: 'Tests at or below it that were ever seen, also outside the period',
    sort: ({ tests }) => tests,
    isNumber: true,
    width: '6rem',
    cell: ({ tests }) => formatCount(tests),
  },
  {
    key: 'results',
    title: 'Results',
    info: 'Results in the period: failed, passed, skipped',
    from: 'lg',
    width: '10rem',
    cell: ({ passed, failed, skipped, incomplete }) => <CountBar counts={{ passed, failed, skipped, incomplete }} />,
  },
  countColumn('passed', { from: 'lg' }),
  countColumn('failed', { from: 'md', sort: ({ failed }) => failed }),
  rateColumn({ sort: ({ rate }) => rate }),
];
const FIXED = COLUMNS.map(({ sort: _sort, ...column }) => column);

/** One level of the tree of tests' names. */
export function TestTree(view: TestsView) {
  const { own, update } = view;
  const { prefix } = own;
  const { data, error, isPlaceholderData, refetch } = useQuery(treeQuery(view));
  const rows = useMemo(() => data && partRows(data), [data]);
  const isWhole = data !== undefined && data.total <= own.limit; // rows that are not here cannot be sorted in
  const inAll = rows && isWhole ? rows.reduce((sum, { tests }) => sum + tests, 0) : undefined;
  return (
    <Panel
      title="Tests by prefix"
      testId="tree"
      note={
        data ? (
          `${plural(data.total, 'part')}${inAll === undefined ? '' : `, ${plural(inAll, 'test')}`}`
        ) : (
          <Like>xx parts, xx tests</Like>
        )
      }
      actions={<TabChoice {...view} />}
    >
      <div className="gh-tools">
        {prefix !== '' && (
          <ViewLink to={TESTS} own={{ contains: `${prefix}.` }}>
            List the tests below
          </ViewLink>
        )}
        <LimitChoice {...view} total={data?.total} />
      </div>
      <Covered covered={data?.covered} />
      <DataTable<PartRow, (typeof TREE_SORTS)[number]>
        label="The parts of test names"
        className="gh-tests"
        columns={isWhole ? COLUMNS : FIXED}
        rows={rows}
        rowKey={(row) => row.prefix}
        rowTestId="tree-row"
        sort={isWhole ? { key: own.treeSort, dir: own.treeDir } : undefined}
        onSort={(treeSort, treeDir) => update({ treeSort, treeDir })}
        rate={({ rate }) => rate}
        paging={{
          limit: own.limit,
          offset: own.offset,
          total: data?.total ?? 0,
          onPage: (offset) => update({ offset }),
        }}
        error={error}
        onRetry={() => refetch()}
        isStale={isPlaceholderData}
        skeletonRows={8}
        empty={<Nothing prefix={prefix} />}
      />
    </Panel>
  );
}

/** A part that has others below it leads there, one that is a test to the test; it may be both. */
function Part({ part, prefix, test, further }: PartRow) {
  if (test !== null && !further) {
    return (
      <ViewLink to={testPath(test)} title={test}>
        <PlainText text={part} />
      </ViewLink>
    );
  }
  return (
    <>
      <ViewLink to={testsPath(prefix)} title={prefix} className="gh-tree-node">
        <FolderIcon aria-hidden="true" /> <PlainText text={part} />
      </ViewLink>
      {test !== null && (
        <div className="gh-note">
          is a test itself: <ViewLink to={testPath(test)}>to the test</ViewLink>
        </div>
      )}
    </>
  );
}

function Nothing({ prefix }: { prefix: string }) {
  if (prefix === '') return <p>No test has been seen yet. Tests show here with the first run that has results.</p>;
  return (
    <p>
      No test has a name below <strong>{prefix}</strong>.{' '}
      <ViewLink to={`${TESTS}?tab=tree`}>To the top of the tree</ViewLink>
    </p>
  );
}
