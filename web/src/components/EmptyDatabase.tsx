import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import type { SourceInShort } from '../api/types';
import { STATUS } from '../lib/paths';
import { ViewLink } from './ViewLink';

/** There is no run at all: how they come. */
export function EmptyDatabase({ level, sources }: { level: 'h2' | 'h3'; sources: readonly SourceInShort[] }) {
  const collected = sources.filter(({ state }) => state !== 'left').map(({ name }) => name);
  return (
    <EmptyState titleText="No runs yet" headingLevel={level} variant="sm" data-testid="empty-database">
      <EmptyStateBody>
        {collected.length > 0 && (
          <>
            Builds are collected from {collected.join(', ')}: see <ViewLink to={STATUS}>how far that is</ViewLink>.{' '}
          </>
        )}
        Send the results of a run with <code>gatehealth ingest FILE...</code> (subunit or JUnit XML), or through{' '}
        <a href="/api/docs">the API</a>. It shows here within seconds.
        {collected.length === 0 && (
          <>
            {' '}
            Or let runs be collected from a CI system: <ViewLink to={STATUS}>how to name one</ViewLink>.
          </>
        )}
      </EmptyStateBody>
    </EmptyState>
  );
}
