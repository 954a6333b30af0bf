import { Button, Label, LabelGroup } from '@patternfly/react-core';
import { formatKey } from '../../lib/format';
import { FILTERS, isFiltered, withoutFilters } from '../../lib/overviewState';
import type { Overview } from './useOverview';

/** What the runs are narrowed down to, each with a button that takes it away. */
export function ActiveFilters({ state, update }: Overview) {
  if (!isFiltered(state)) return null;
  return (
    <div className="gh-filterbar-row gh-active" data-testid="active-filters">
      {FILTERS.filter((name) => state.filters[name].length > 0).map((name) => (
        <LabelGroup key={name} categoryName={formatKey(name)} numLabels={6}>
          {state.filters[name].map((value) => (
            <Label
              key={value}
              isCompact
              closeBtnAriaLabel={`Remove the ${name} ${value}`}
              onClose={() =>
                update({
                  filters: { ...state.filters, [name]: state.filters[name].filter((other) => other !== value) },
                })
              }
            >
              {value}
            </Label>
          ))}
        </LabelGroup>
      ))}
      {state.voting !== undefined && (
        <Label isCompact closeBtnAriaLabel="Remove the voting filter" onClose={() => update({ voting: undefined })}>
          {state.voting ? 'Voting only' : 'Non-voting only'}
        </Label>
      )}
      {state.q && (
        <Label isCompact closeBtnAriaLabel="Remove the search" onClose={() => update({ q: '' })}>
          {formatKey(state.key)} matches {state.q}
        </Label>
      )}
      <Button variant="link" isInline onClick={() => update(withoutFilters())}>
        Clear filters
      </Button>
    </div>
  );
}
