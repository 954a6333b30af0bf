import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useCallback, useMemo } from 'react';
import type { Group, Groups } from '../../api/types';
import { CountBar } from '../../components/CountBar';
import { LevelLegend, LevelMark } from '../../components/LevelMark';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { SearchField } from '../../components/SearchField';
import { Sparkline } from '../../components/Sparkline';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, formatKey, formatRate } from '../../lib/format';
import { type GroupSort, SORTS, sortGroups } from '../../lib/groups';
import { groupPath, jobPath } from '../../lib/paths';
import { levelOf } from '../../lib/threshold';
import type { Overview } from './useOverview';

interface Props extends Overview {
  data: Groups | undefined;
  searchError?: string;
}

/** The runs by the grouping key's values. */
export function GroupsPanel({ own, update, data, searchError }: Props) {
  const key = formatKey(own.key);
  const search = useCallback((q: string) => update({ q }, true), [update]);
  const left = data ? data.groups_total - data.groups.length : 0;
  return (
    <Panel
      title={`${key} status`}
      testId="groups"
      actions={
        <SearchField
          label={`Search ${key.toLowerCase()} (regex)`}
          value={own.q}
          onSearch={search}
          error={searchError}
        />
      }
    >
      {data && <GroupsTable groups={data.groups} name={key} own={own} update={update} />}
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
  own: Overview['own'];
  update: Overview['update'];
}

function GroupsTable({ groups, name, own, update }: TableProps) {
  const { sort, key } = own;
  const ascending = own.dir === 'asc';
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
        update({ sort: column, dir: direction === 'asc' ? 'asc' : 'desc' }),
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
            Outcomes
          </Th>
          <Th className="gh-from-lg" modifier="nowrap">
            Failures over time
          </Th>
        </Tr>
      </Thead>
      <Tbody>
        {sorted.map((group) => (
          <GroupRow key={group.value} group={group} grouping={key} />
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

function GroupRow({ group, grouping }: { group: Group; grouping: string }) {
  const level = levelOf(group.failure_rate);
  return (
    <Tr className={level && `gh-level gh-level-${level}`} data-testid="group">
      <Td className="gh-break" modifier="breakWord">
        <GroupName value={group.value} grouping={grouping} />
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
        <CountBar counts={{ passed: group.passed, failed: group.failed, infra: group.infra, ignored: group.ignored }} />
      </Td>
      <Td className="gh-from-lg">
        <Sparkline failed={group.series.failed ?? []} label={`Failures over time: ${group.failed}`} />
      </Td>
    </Tr>
  );
}

/** The value, which leads to its page. Runs without the key have ''. */
function GroupName({ value, grouping }: { value: string; grouping: string }) {
  if (!value) return <em className="gh-absent">(no {formatKey(grouping).toLowerCase()})</em>;
  return <ViewLink to={grouping === 'job' ? jobPath(value) : groupPath(grouping, value)}>{value}</ViewLink>;
}
