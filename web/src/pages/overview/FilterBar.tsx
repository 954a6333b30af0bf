import { Button, MenuToggle } from '@patternfly/react-core';
import FilterIcon from '@patternfly/react-icons/dist/dynamic/icons/filter-icon';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { keysQuery, valuesQuery } from '../../api/queries';
import { Choice } from '../../components/Choice';
import { MultiChoice } from '../../components/MultiChoice';
import { formatKey } from '../../lib/format';
import { FILTERS } from '../../lib/overviewState';
import { ActiveFilters } from './ActiveFilters';
import { EndChoice } from './EndChoice';
import { PeriodChoice, ResolutionChoice } from './PeriodControls';
import type { Overview } from './useOverview';

const VOTING = [
  { value: '', label: 'Any' },
  { value: 'true', label: 'Voting' },
  { value: 'false', label: 'Non-voting' },
];

/** The bar that stays on top: the period, the grouping, and what the runs are narrowed down to. */
export function FilterBar(overview: Overview) {
  const { state, window, update } = overview;
  const keys = useQuery(keysQuery).data;
  const values = useQuery(valuesQuery(window)).data;
  const [isUnfolded, setUnfolded] = useState(false); // matters on narrow screens only
  const known = keys ? [...keys.facts, ...keys.metadata] : [];
  const keyOptions = known.includes(state.key) ? known : [state.key, ...known];
  const voting = state.voting === undefined ? '' : String(state.voting);
  return (
    <search className={`gh-filterbar ${isUnfolded ? 'gh-unfolded' : ''}`} aria-label="Period and filters">
      <div className="gh-filterbar-row">
        <PeriodChoice {...overview} />
        <MenuToggle
          className="gh-filterbar-more"
          icon={<FilterIcon />}
          isExpanded={isUnfolded}
          onClick={() => setUnfolded(!isUnfolded)}
        >
          Filters
        </MenuToggle>
        <div className="gh-filterbar-rest">
          <EndChoice {...overview} />
          <ResolutionChoice {...overview} />
          <Choice
            name="Group by"
            shown={formatKey(state.key)}
            value={state.key}
            options={keyOptions.map((key) => ({ value: key, label: formatKey(key) }))}
            onChoose={(key) => update({ key })}
          />
        </div>
      </div>
      <div className="gh-filterbar-row gh-filterbar-rest">
        {FILTERS.map((name) => (
          <MultiChoice
            key={name}
            name={formatKey(name)}
            chosen={state.filters[name]}
            values={values?.[name] ?? []}
            onChange={(chosen) => update({ filters: { ...state.filters, [name]: chosen } })}
          />
        ))}
        <Choice
          name="Voting"
          shown={VOTING.find(({ value }) => value === voting)?.label ?? 'Any'}
          value={voting}
          options={VOTING}
          onChoose={(value) => update({ voting: value === '' ? undefined : value === 'true' })}
        />
        {isUnfolded && (
          <Button variant="primary" className="gh-filterbar-done" onClick={() => setUnfolded(false)}>
            Show
          </Button>
        )}
      </div>
      <ActiveFilters {...overview} />
    </search>
  );
}
