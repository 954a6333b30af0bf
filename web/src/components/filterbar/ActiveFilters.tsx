import { Button, Label, LabelGroup } from '@patternfly/react-core';
import { formatKey } from '../../lib/format';
import type { SharedView } from '../../lib/useView';
import { FILTERS, isFiltered, withoutFilters } from '../../lib/viewState';

/** A page's own search, as the bar shows it. */
export interface Search {
  text: string; // empty: none
  of: string; // what is searched: "Project"
  how?: string; // "matches"
  patch: object; // takes it away: { q: '' }
}

export type Searches = Search | readonly Search[];

/** The searches that are set. */
export function setSearches(search: Searches | undefined): Search[] {
  return [search ?? []].flat().filter(({ text }) => text !== '');
}

/** What the runs are narrowed down to, each with a button that takes it away. */
export function ActiveFilters({ state, update, search }: SharedView & { search?: Searches }) {
  const searches = setSearches(search);
  if (!isFiltered(state) && searches.length === 0) return null;
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
      {searches.map(({ of, how = 'matches', text, patch }) => (
        <Label key={`${of} ${how}`} isCompact closeBtnAriaLabel="Remove the search" onClose={() => update(patch)}>
          {of} {how} {text}
        </Label>
      ))}
      <Button
        variant="link"
        isInline
        onClick={() => update(Object.assign(withoutFilters(), ...searches.map(({ patch }) => patch)))}
      >
        Clear filters
      </Button>
    </div>
  );
}
