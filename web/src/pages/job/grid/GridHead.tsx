// biome-ignore-all lint/a11y/useSemanticElements: a table of which a part is drawn cannot be laid out as a table
// biome-ignore-all lint/a11y/useFocusableInteractive: cells are focusable one at a time, and headers by the link in them
import { memo, useMemo } from 'react';
import { Link } from 'react-router';
import { lookOf } from '../../../components/OutcomeLabel';
import { formatMoment } from '../../../lib/format';
import { runPath } from '../../../lib/paths';
import { outcomeWords } from '../../../lib/resultWords';
import { useZone } from '../../../lib/zone';
import type { JobView } from '../useJob';
import { spacedLabels } from './cells';
import { CELL, HEAD } from './measures';
import type { GridRuns } from './useGridData';

const DAY_COLUMNS = 3; // that the name of a day is wide
const DAY_AGAIN = 20; // columns after which a day is named again

interface Props {
  runs: GridRuns;
  columns: readonly number[]; // that are drawn
  name: number; // pixels of the tests' column
  active: number | undefined; // the column of this line that can be tabbed to
  linkTo: JobView['linkTo'];
}

/** The runs, each a link to its page, with their outcomes and, where a day begins, the day. */
export const GridHead = memo(function GridHead({ runs, columns, name, active, linkTo }: Props) {
  const zone = useZone();
  const moments = useMemo(() => runs.started_at.map((at) => formatMoment(new Date(at), zone)), [runs, zone]);
  const days = useMemo(
    () =>
      spacedLabels(
        moments.map((moment) => moment.slice(5, 10)),
        DAY_COLUMNS,
        DAY_AGAIN,
      ),
    [moments],
  );
  return (
    <div role="row" aria-rowindex={1} className="gh-grid-head" style={{ height: HEAD }}>
      <div
        role="columnheader"
        aria-colindex={1}
        className="gh-grid-corner"
        style={{ width: name }}
        data-cell="-1:-1"
        tabIndex={active === -1 ? 0 : -1}
      >
        Test <span className="gh-note">failures</span>
      </div>
      {columns.map((column) => {
        const outcome = runs.outcome[column];
        const uuid = runs.uuid[column];
        if (!outcome || !uuid) return null;
        const result = runs.result[column] ?? '';
        const { Icon } = lookOf(outcome, result);
        const told = outcomeWords(outcome, result);
        const day = days.get(column);
        return (
          <div
            key={uuid}
            role="columnheader"
            aria-colindex={column + 2}
            className={`gh-grid-run ${day ? 'gh-grid-new-day' : ''}`}
            style={{ left: name + column * CELL, width: CELL }}
          >
            {day && (
              <span className="gh-grid-day" aria-hidden="true">
                {day}
              </span>
            )}
            <Link
              to={linkTo(runPath(uuid))}
              className={`gh-grid-outcome gh-grid-outcome-${outcome}`}
              aria-label={`Run of ${moments[column]}: ${told}`}
              title={told}
              data-cell={`-1:${column}`}
              tabIndex={active === column ? 0 : -1}
            >
              <Icon aria-hidden="true" />
            </Link>
          </div>
        );
      })}
    </div>
  );
});
