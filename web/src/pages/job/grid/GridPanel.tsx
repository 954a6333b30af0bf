import { Button, Checkbox, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import AngleLeftIcon from '@patternfly/react-icons/dist/dynamic/icons/angle-left-icon';
import AngleRightIcon from '@patternfly/react-icons/dist/dynamic/icons/angle-right-icon';
import { useCallback, useState } from 'react';
import { ApiError } from '../../../api/client';
import { Choice } from '../../../components/Choice';
import { EmptyNote } from '../../../components/EmptyNote';
import { ErrorState } from '../../../components/ErrorState';
import { Panel } from '../../../components/Panel';
import { Rows } from '../../../components/Rows';
import { SearchField } from '../../../components/SearchField';
import { formatCount, plural } from '../../../lib/format';
import { GRID_RUNS, type JobView } from '../useJob';
import { GridLegend } from './GridLegend';
import { GridView } from './GridView';
import type { Span } from './place';
import { useGridData } from './useGridData';

const START: Span = { first: 0, end: 1 };

/** Every test in every run of the job: newest runs first, a window of them at a time. */
export function GridPanel({ view }: { view: JobView }) {
  const { own, update } = view;
  const [seen, setSeen] = useState(START);
  const { grid, rowAt, isStale, error, refetch } = useGridData(view, seen);
  const search = useCallback((q: string) => update({ q, offset: 0 }, true), [update]);
  const badPattern = error instanceof ApiError && error.status === 400 && own.q && !grid ? error.message : undefined;
  return (
    <Panel
      title="Tests by run"
      note={
        grid
          ? `${plural(grid.total_tests, 'test')} in ${plural(grid.runs.uuid.length, 'run')}, newest run on the left`
          : '\u00a0'
      }
      testId="grid"
    >
      <div className="gh-job-tools gh-grid-tools">
        <SearchField label="Search tests (regex)" value={own.q} onSearch={search} error={badPattern} />
        <ToggleGroup aria-label="Order of the tests" isCompact>
          <ToggleGroupItem
            text="Failing first"
            isSelected={own.order === 'failing'}
            onChange={() => update({ order: 'failing' })}
          />
          <ToggleGroupItem
            text="By name"
            isSelected={own.order === 'name'}
            onChange={() => update({ order: 'name' })}
          />
        </ToggleGroup>
        <Checkbox
          id="grid-failing"
          label="Only failing tests"
          isChecked={own.failing}
          onChange={(_event, failing) => update({ failing })}
        />
        <Checkbox
          id="grid-results"
          label="Only runs with results"
          isChecked={own.results}
          onChange={(_event, results) => update({ results, older: 0 })}
        />
        <RunPages view={view} total={grid?.total_runs} shown={grid?.runs.uuid.length ?? 0} />
      </div>
      {error ? (
        !badPattern && <ErrorState what="The grid" error={error} onRetry={() => refetch?.()} />
      ) : !grid ? (
        <Rows count={16} label="the grid" />
      ) : grid.runs.uuid.length === 0 ? (
        <EmptyNote view={view} title={own.older > 0 ? 'No older runs' : 'No runs'}>
          {own.results && 'Runs without results are left out.'}
        </EmptyNote>
      ) : grid.total_tests === 0 ? (
        <p className="gh-grid-none" data-testid="empty-grid">
          {noTests(view)}
        </p>
      ) : (
        <div className={isStale ? 'gh-stale' : 'gh-fresh'} aria-busy={isStale}>
          <GridView view={view} grid={grid} rowAt={rowAt} onSeen={setSeen} />
          <GridLegend runs={grid.runs} />
        </div>
      )}
    </Panel>
  );
}

function noTests({ own }: JobView): string {
  if (own.q) return `No test${own.failing ? ' that failed' : ''} in these runs matches the search.`;
  return own.failing ? 'No test failed in these runs.' : 'These runs have no test results, or those have expired.';
}

/** Which of the job's runs are shown. */
function RunPages({ view, total, shown }: { view: JobView; total: number | undefined; shown: number }) {
  const { own, update } = view;
  const step = Number(own.columns);
  return (
    <div className="gh-grid-pages">
      <Choice
        name="Runs"
        shown={own.columns}
        value={own.columns}
        options={GRID_RUNS.map((count) => ({ value: count, label: count }))}
        onChoose={(count) => update({ columns: GRID_RUNS.find((one) => one === count) ?? '50' })}
      />
      <Button
        variant="plain"
        aria-label="Newer runs"
        icon={<AngleLeftIcon />}
        isDisabled={own.older === 0}
        onClick={() => update({ older: Math.max(0, own.older - step) })}
      />
      <span className="gh-note gh-nowrap" data-testid="grid-runs">
        {total === undefined
          ? '…'
          : shown > 0
            ? `${formatCount(own.older + 1)}–${formatCount(own.older + shown)} of ${formatCount(total)}`
            : `0 of ${formatCount(total)}`}
      </span>
      <Button
        variant="plain"
        aria-label="Older runs"
        icon={<AngleRightIcon />}
        isDisabled={total === undefined || own.older + shown >= total}
        onClick={() => update({ older: own.older + step })}
      />
    </div>
  );
}
