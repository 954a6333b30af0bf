import { Pagination } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { resultsQuery } from '../../api/queries';
import type { RunFacts } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { SearchField } from '../../components/SearchField';
import { formatCount, plural } from '../../lib/format';
import { checkPattern } from '../../lib/regex';
import { countByStatus, filterRows, type ResultRow, rowsOf, sortRows } from '../../lib/results';
import { NoResults } from './NoResults';
import { ResultsTable } from './ResultsTable';
import { StatusFilter } from './StatusFilter';
import { useRun } from './useRun';

const PER_PAGE = 100;

/** All results of the run: to filter, to search, to sort, to unfold. */
export function ResultsPanel({ run, picks }: { run: RunFacts; picks: number }) {
  const { data, error, refetch } = useQuery(resultsQuery(run.uuid));
  const rows = useMemo(() => data && rowsOf(data, run.started_at), [data, run.started_at]);
  return (
    <Panel title="Results" testId="results">
      {error ? (
        <ErrorState what="The results" error={error} onRetry={() => refetch()} />
      ) : !rows ? (
        <Rows count={12} label="the results" />
      ) : rows.length === 0 ? (
        <NoResults run={run} />
      ) : (
        <ResultsView run={run} rows={rows} picks={picks} />
      )}
    </Panel>
  );
}

function ResultsView({ run, rows, picks }: { run: RunFacts; rows: ResultRow[]; picks: number }) {
  const { own, update } = useRun();
  const { status: statuses, q, sort, test: tests } = own;
  const isDescending = own.dir === 'desc';
  const { regex } = checkPattern(q);
  const counts = useMemo(() => countByStatus(rows), [rows]);
  const source = regex?.source;
  const found = useMemo(
    () => sortRows(filterRows(rows, statuses, source ? new RegExp(source, 'i') : undefined), sort, isDescending),
    [rows, statuses, source, sort, isDescending],
  );
  // A link to a test leads to the page that it is on.
  const linked = tests[0] === undefined ? -1 : found.findIndex((row) => row.test === tests[0]);
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const page = Math.min(own.page || Math.floor(Math.max(0, linked) / PER_PAGE) + 1, pages);
  const search = useCallback((text: string) => update({ q: text, page: 0 }, true), [update]);
  // The page is held on to: unfolding a test, or folding the one whose link led here, must not turn it.
  const toggle = (test: string) =>
    update(
      {
        test: tests.includes(test) ? tests.filter((other) => other !== test) : [...tests, test],
        page: pages > 1 ? page : 0,
      },
      true,
    );
  const pagination = (position: 'top' | 'bottom') =>
    found.length > PER_PAGE && (
      <Pagination
        variant={position}
        widgetId={`results-${position}`}
        itemCount={found.length}
        perPage={PER_PAGE}
        perPageOptions={[]}
        page={page}
        onSetPage={(_event, next) => update({ page: next })}
        isCompact={position === 'top'}
        titles={{ paginationAriaLabel: `Pages of results, ${position}` }}
      />
    );
  return (
    <>
      <div className="gh-results-tools">
        <StatusFilter counts={counts} chosen={statuses} onChange={(chosen) => update({ status: chosen, page: 0 })} />
        <SearchField label="Search tests and messages (regex)" value={q} onSearch={search} />
        <div className="gh-found">
          <span className="gh-note" data-testid="found">
            {found.length > PER_PAGE &&
              `${formatCount((page - 1) * PER_PAGE + 1)}–${formatCount(Math.min(page * PER_PAGE, found.length))} of `}
            {plural(found.length, 'result')}
          </span>
          {pagination('top')}
        </div>
      </div>
      <ResultsTable
        uuid={run.uuid}
        rows={found.slice((page - 1) * PER_PAGE, page * PER_PAGE)}
        own={own}
        update={update}
        picks={picks}
        onToggle={toggle}
      />
      {pagination('bottom')}
    </>
  );
}
