import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useCallback } from 'react';
import type { Search } from '../../components/filterbar/ActiveFilters';
import { SearchField } from '../../components/SearchField';
import type { TestsView } from './useTests';

const WITHOUT = { q: '', contains: '', offset: 0 };

/** The search as the filter bar names it. */
export function searchOf({ q, contains }: TestsView['own']): Search[] {
  return [
    { of: 'Test', how: 'contains', text: contains, patch: WITHOUT },
    { of: 'Test', text: q, patch: WITHOUT },
  ];
}

/** Finds tests by a part of their name, or by a pattern; what was typed stays when the one is changed for the other. */
export function TestSearch({ own: { q, contains, regex }, update, error }: TestsView & { error?: string }) {
  const isRegex = regex || q !== '';
  const typed = isRegex ? q : contains;
  const search = useCallback(
    (text: string) =>
      update(
        isRegex
          ? { q: text, contains: '', regex: true, offset: 0 }
          : { contains: text, q: '', regex: false, offset: 0 },
        true,
      ),
    [update, isRegex],
  );
  const change = (toRegex: boolean) =>
    update({ regex: toRegex, q: toRegex ? typed : '', contains: toRegex ? '' : typed, offset: 0 });
  return (
    <div className="gh-test-search">
      <SearchField
        key={String(isRegex)}
        label={isRegex ? 'Search tests (regex)' : 'Search tests'}
        value={typed}
        onSearch={search}
        error={error}
        isPlain={!isRegex}
      />
      <ToggleGroup aria-label="What is typed">
        <ToggleGroupItem text="Text" isSelected={!isRegex} onChange={() => change(false)} />
        <ToggleGroupItem text="Regex" isSelected={isRegex} onChange={() => change(true)} />
      </ToggleGroup>
    </div>
  );
}
