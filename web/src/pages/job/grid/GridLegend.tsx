import { STATUS_WORDS } from '../../../components/StatusWord';
import { STATUSES } from '../../../lib/results';
import { SIGNS } from './cells';
import type { GridRuns } from './useGridData';

/** What the grid's signs mean. */
export function GridLegend({ runs }: { runs: GridRuns }) {
  const hasExpired = runs.kept.some((kept) => kept !== 'all');
  return (
    <ul className="gh-grid-legend" aria-label="Meaning of the signs">
      {STATUSES.map((status) => (
        <li key={status} title={STATUS_WORDS[status].explained}>
          <span className={`gh-cell gh-cell-${status}`} aria-hidden="true">
            {SIGNS[status]}
          </span>{' '}
          {STATUS_WORDS[status].word}
        </li>
      ))}
      <li>
        <span className="gh-cell gh-cell-success gh-cell-retried" aria-hidden="true">
          {SIGNS.success}
        </span>{' '}
        Last of several attempts
      </li>
      <li>
        <span className="gh-cell gh-grid-mark-infra" aria-hidden="true" /> Infra failure
      </li>
      <li>
        <span className="gh-cell gh-grid-mark-ignored" aria-hidden="true" /> Ignored or retried run
      </li>
      <li>
        <span className="gh-cell gh-cell-absent" aria-hidden="true" /> No result
      </li>
      {hasExpired && (
        <li>
          <span className="gh-cell gh-grid-mark-expired" aria-hidden="true" /> Results have expired, failures may be
          left
        </li>
      )}
    </ul>
  );
}
