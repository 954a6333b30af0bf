import { Button, MenuToggle } from '@patternfly/react-core';
import FilterIcon from '@patternfly/react-icons/dist/dynamic/icons/filter-icon';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { keysQuery, valuesQuery } from '../../api/queries';
import { formatKey } from '../../lib/format';
import { bucketWord, limitWords, type Resolution } from '../../lib/period';
import type { SharedView } from '../../lib/useView';
import { FILTERS } from '../../lib/viewState';
import { Choice } from '../Choice';
import { MultiChoice } from '../MultiChoice';
import { ActiveFilters, type Searches } from './ActiveFilters';
import { EndChoice } from './EndChoice';
import { PeriodChoice, ResolutionChoice } from './PeriodControls';

const VOTING = [
  { value: '', label: 'Any' },
  { value: 'true', label: 'Voting' },
  { value: 'false', label: 'Non-voting' },
];

interface Props {
  view: SharedView;
  group?: { key: string; onChoose: (key: string) => void }; // where the page groups its runs
  search?: Searches; // the page's own, named among the active filters
  hasSeries?: boolean; // false on pages that draw nothing over time: no resolution to choose
}

/** The bar that stays on top: the period, the grouping, and what the runs are narrowed down to. */
export function FilterBar({ view, group, search, hasSeries = true }: Props) {
  const { state, window, update, fixed } = view;
  const values = useQuery(valuesQuery(window)).data;
  const [isUnfolded, setUnfolded] = useState(false); // matters on narrow screens only
  const voting = state.voting === undefined ? '' : String(state.voting);
  return (
    <search className={`gh-filterbar ${isUnfolded ? 'gh-unfolded' : ''}`} aria-label="Period and filters">
      <div className="gh-filterbar-row">
        <PeriodChoice {...view} />
        <MenuToggle
          className="gh-filterbar-more"
          icon={<FilterIcon />}
          isExpanded={isUnfolded}
          onClick={() => setUnfolded(!isUnfolded)}
        >
          Filters
        </MenuToggle>
        <div className="gh-filterbar-rest">
          <EndChoice {...view} />
          {hasSeries && <ResolutionChoice {...view} />}
          {group && <GroupChoice grouping={group.key} onChoose={group.onChoose} />}
          {hasSeries && window.refused && <Refused refused={window.refused} {...view} />}
        </div>
      </div>
      <div className="gh-filterbar-row gh-filterbar-rest">
        {FILTERS.filter((name) => !fixed.includes(name)).map((name) => (
          <MultiChoice
            key={name}
            name={formatKey(name)}
            chosen={state.filters[name]}
            values={values?.[name] ?? []}
            onChange={(chosen) => update({ filters: { ...state.filters, [name]: chosen } })}
          />
        ))}
        {!fixed.includes('voting') && (
          <Choice
            name="Voting"
            shown={VOTING.find(({ value }) => value === voting)?.label ?? 'Any'}
            value={voting}
            options={VOTING}
            onChoose={(value) => update({ voting: value === '' ? undefined : value === 'true' })}
          />
        )}
        {isUnfolded && (
          <Button variant="primary" className="gh-filterbar-done" onClick={() => setUnfolded(false)}>
            Show
          </Button>
        )}
      </div>
      <ActiveFilters {...view} search={search} />
    </search>
  );
}

function GroupChoice({ grouping, onChoose }: { grouping: string; onChoose: (key: string) => void }) {
  const keys = useQuery(keysQuery).data;
  const known = keys ? [...keys.facts, ...keys.metadata] : [];
  const options = known.includes(grouping) ? known : [grouping, ...known];
  return (
    <Choice
      name="Group by"
      shown={formatKey(grouping)}
      value={grouping}
      options={options.map((key) => ({ value: key, label: formatKey(key) }))}
      onChoose={onChoose}
    />
  );
}

/** Says that the chosen resolution does not fit the period, and which one stands in for it. */
function Refused({ refused, page, window }: SharedView & { refused: Resolution }) {
  return (
    <span className="gh-note" role="status" data-testid="refused-resolution">
      Shown by {bucketWord(window.resolution)}: {bucketWord(refused)}s are for periods {limitWords(refused, page)}
    </span>
  );
}
