import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import type { RecentFailure, RunSummary } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { FailedResults } from '../../components/FailedResults';
import { Moment } from '../../components/Moment';
import { OutsideLink } from '../../components/OutsideLink';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { ViewLink } from '../../components/ViewLink';
import { formatCount } from '../../lib/format';
import { useIsWiderThan, WIDTH_LG } from '../../lib/hooks';
import { runPath } from '../../lib/paths';
import { recentFailuresQuery } from './queries';
import type { Overview } from './useOverview';

/** The newest failed runs of the period, each unfolding to its failed results. */
export function RecentFailures(overview: Overview) {
  const { own, update } = overview;
  const query = useQuery(recentFailuresQuery(overview));
  const columns = useIsWiderThan(WIDTH_LG) ? 9 : 4;
  const toggle = (uuid: string) =>
    update({ open: own.open.includes(uuid) ? own.open.filter((other) => other !== uuid) : [...own.open, uuid] }, true);
  return (
    <Panel title="Failed tests in the last failed runs" note="of the period, newest first" testId="recent-failures">
      {query.error ? (
        <ErrorState what="The failed runs" error={query.error} onRetry={() => query.refetch()} />
      ) : !query.data ? (
        <Rows count={10} label="the failed runs" />
      ) : query.data.runs.length === 0 ? (
        <p>No run failed in this period{own.q ? ' (the search below is not applied here)' : ''}.</p>
      ) : (
        <Table aria-label="The last failed runs" variant="compact" gridBreakPoint="" className="gh-failures">
          <Thead>
            <Tr>
              <Th screenReaderText="Unfold" />
              <Th>Run</Th>
              <Th className="gh-from-lg" modifier="nowrap">
                Change
              </Th>
              <Th className="gh-from-lg">Project</Th>
              <Th className="gh-from-lg" modifier="nowrap">
                Pipeline
              </Th>
              <Th modifier="nowrap">Started</Th>
              <Th className="gh-from-lg" modifier="nowrap">
                Result
              </Th>
              <Th className="gh-number" modifier="wrap">
                Failed tests
              </Th>
              <Th className="gh-from-lg" modifier="nowrap">
                Logs
              </Th>
            </Tr>
          </Thead>
          {query.data.runs.map((failure, i) => (
            <FailureRow
              key={failure.run.uuid}
              columns={columns}
              failure={failure}
              index={i}
              isOpen={own.open.includes(failure.run.uuid)}
              onToggle={() => toggle(failure.run.uuid)}
            />
          ))}
        </Table>
      )}
    </Panel>
  );
}

interface RowProps {
  columns: number; // that are shown
  failure: RecentFailure;
  index: number;
  isOpen: boolean;
  onToggle: () => void;
}

function FailureRow({ columns, failure: { run, failed }, index, isOpen, onToggle }: RowProps) {
  return (
    <Tbody isExpanded={isOpen}>
      <Tr isContentExpanded={isOpen} data-testid="failed-run">
        <Td expand={{ rowIndex: index, isExpanded: isOpen, onToggle, expandId: 'failed-run' }} />
        <Td modifier="breakWord">
          <ViewLink to={runPath(run.uuid)}>{run.job || run.uuid}</ViewLink>
          <div className="gh-note gh-below-lg">
            {[run.project, run.pipeline, changeOf(run), run.result].filter((word) => word !== '').join(' · ')}
          </div>
        </Td>
        <Td className="gh-from-lg" modifier="breakWord">
          {changeOf(run)}
        </Td>
        <Td className="gh-from-lg" modifier="breakWord">
          {run.project}
        </Td>
        <Td className="gh-from-lg">{run.pipeline}</Td>
        <Td>
          <Moment at={run.started_at} relative />
        </Td>
        <Td className="gh-from-lg" modifier="breakWord">
          <span className="gh-note">{run.result}</span>
        </Td>
        <Td className="gh-number">
          {run.counts.failed > 0 ? formatCount(run.counts.failed) : <span className="gh-note">none</span>}
          {run.counts.incomplete > 0 && <div className="gh-note">{formatCount(run.counts.incomplete)} incomplete</div>}
        </Td>
        <Td className="gh-from-lg">
          <OutsideLink address={run.log_url}>Logs</OutsideLink>
        </Td>
      </Tr>
      {isOpen && (
        <Tr isExpanded>
          <Td colSpan={columns}>
            <ExpandableRowContent>
              <FailedResults run={run} failed={failed} />
            </ExpandableRowContent>
          </Td>
        </Tr>
      )}
    </Tbody>
  );
}

/** The change as Gerrit writes it, with its patchset: 912345,3. */
function changeOf({ change, patchset }: RunSummary): string {
  return patchset ? `${change},${patchset}` : change;
}
