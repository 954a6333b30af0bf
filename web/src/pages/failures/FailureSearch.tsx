import { useCallback } from 'react';
import { SearchField } from '../../components/SearchField';
import type { FailuresView } from './useFailures';

/** Finds failures by their test's name, and by what they say. */
export function FailureSearch({ own, update, error }: FailuresView & { error?: string }) {
  const searchTests = useCallback((q: string) => update({ q, offset: 0, open: [] }, true), [update]);
  const searchMessages = useCallback((message: string) => update({ message, offset: 0, open: [] }, true), [update]);
  return (
    <div className="gh-failure-search">
      <SearchField label="Search tests (regex)" value={own.q} onSearch={searchTests} error={error} />
      <SearchField label="Words of the message" value={own.message} onSearch={searchMessages} isPlain />
    </div>
  );
}
