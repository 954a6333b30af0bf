import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useCallback, useMemo } from 'react';
import type { Group, Groups } from '../../api/types';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { SearchField } from '../../components/SearchField';
import { formatCount, formatKey, formatRate } from '../../lib/format';
import { sortGroups } from '../../lib/groups';
import { FILTERS, type FilterName, type GroupSort, type OverviewState, SORTS } from '../../lib/overviewState';
import { levelOf } from '../../lib/threshold';
import { LevelLegend, LevelMark } from './LevelMark';
import { OutcomeBar } from './OutcomeBar';
import { Sparkline } from './Sparkline';
import type { Overview, Update } from './useOverview';

interface Props extends Overview {
  data: Groups | undefined;
  searchError?: string;
}

/** The runs by the grouping key's values. */
export function GroupsPanel({ state, update, data, searchError }: Props) {
  const key = formatKey(state.key);
  const search = useCallback((q: string) => update({ q }, true), [update]);
  const left = data ? data.groups_total - data.groups.length : 0;
  return (
    <Panel
      title={`${key} status`}
      testId="groups"
      actions={
        <SearchField
          label={`Search ${key.toLowerCase()} (regex)`}
          value={state.q}
          onSearch={search}
          error={searchError}
        />
      }
    >
      {data && <GroupsTable groups={data.groups} name={key} state={state} update={update} />}
      {!data && !searchError && <Rows count={8} label={key} />}
      <div className="gh-table-foot">
        <LevelLegend />
        {left > 0 && (
          <span className="gh-note">
            {formatCount(data?.groups.length ?? 0)} of {formatCount(data?.groups_total ?? 0)} shown, those that fail
            most often; search to see others
          </span>
        )}
      </div>
    </Panel>
  );
}

interface TableProps {
  groups: Group[];
  name: string;
  state: OverviewState;
  update: Update;
}

function GroupsTable({ groups, name, state, update }: TableProps) {
  const { sort, ascending } = state;
  const sorted = useMemo(() => sortGroups(groups, sort, ascending), [groups, sort, ascending]);
  const sortable = (column: GroupSort) => ({
    sort: {
      columnIndex: SORTS.indexOf(column),
      sortBy: {
        index: SORTS.indexOf(sort),
        direction: ascending ? ('asc' as const) : ('desc' as const),
        defaultDirection: column === 'value' ? ('asc' as const) : ('desc' as const),
      },
      onSort: (_event: unknown, _index: number, direction: string) =>
        update({ sort: column, ascending: direction === 'asc' }),
    },
  });
  return (
    <Table aria-label={`${name} status`} variant="compact" gridBreakPoint="" className="gh-groups">
      <Thead>
        <Tr>
          <Th {...sortable('value')} modifier="nowrap">
            {name}
          </Th>
          <Th {...sortable('passed')} className="gh-number gh-from-md" modifier="nowrap">
            Passed
          </Th>
          <Th {...sortable('failed')} className="gh-number" modifier="nowrap">
            Failed
          </Th>
          <Th {...sortable('infra')} className="gh-number gh-from-md" modifier="nowrap">
            Infra
          </Th>
          <Th {...sortable('failure_rate')} className="gh-number" modifier="nowrap">
            % failed
          </Th>
          <Th className="gh-number gh-from-md" modifier="nowrap">
            of n
          </Th>
          <Th className="gh-from-lg" modifier="nowrap">
            Failed and passed
          </Th>
          <Th className="gh-from-lg" modifier="nowrap">
            Failures over time
          </Th>
        </Tr>
      </Thead>
      <Tbody>
        {sorted.map((group) => (
          <GroupRow key={group.value} group={group} state={state} update={update} />
        ))}
        {sorted.length === 0 && (
          <Tr>
            <Td colSpan={8}>No {name.toLowerCase()} matches the search.</Td>
          </Tr>
        )}
      </Tbody>
    </Table>
  );
}

function GroupRow({ group, state, update }: { group: Group; state: OverviewState; update: Update }) {
  const level = levelOf(group.failure_rate);
  return (
    <Tr className={level && `gh-level gh-level-${level}`} data-testid="group">
      <Td className="gh-break" modifier="breakWord">
        <GroupName value={group.value} state={state} update={update} />
      </Td>
      <Td className="gh-number gh-from-md">{formatCount(group.passed)}</Td>
      <Td className="gh-number">{formatCount(group.failed)}</Td>
      <Td className="gh-number gh-from-md">{formatCount(group.infra)}</Td>
      <Td className="gh-number" modifier="nowrap">
        <span className="gh-level-slot">{level && <LevelMark level={level} />}</span>
        <span className="gh-rate">{formatRate(group.failure_rate)}</span>
      </Td>
      <Td className="gh-number gh-from-md">{formatCount(group.n)}</Td>
      <Td className="gh-from-lg">
        <OutcomeBar passed={group.passed} failed={group.failed} />
      </Td>
      <Td className="gh-from-lg">
        <Sparkline failed={group.series.failed} label={`Failures over time: ${group.failed}`} />
      </Td>
    </Tr>
  );
}

/** The value; a button that narrows the page down to it when it is one of the filters. Runs without the key have ''. */
function GroupName({ value, state, update }: { value: string; state: OverviewState; update: Update }) {
  if (!value) return <em className="gh-absent">(no {formatKey(state.key).toLowerCase()})</em>;
  const choose = narrowTo(value, state, update);
  if (!choose) return value;
  return (
    <Button variant="link" isInline className="gh-group-name" onClick={choose} title={`Only runs of ${value}`}>
      {value}
    </Button>
  );
}

function narrowTo(value: string, state: OverviewState, update: Update): (() => void) | undefined {
  if (state.key === 'voting' && (value === 'true' || value === 'false')) {
    return () => update({ voting: value === 'true' });
  }
  if (!isFilter(state.key)) return undefined;
  const name = state.key;
  return () => update({ filters: { ...state.filters, [name]: [value] } });
}

function isFilter(key: string): key is FilterName {
  return (FILTERS as readonly string[]).includes(key);
}
