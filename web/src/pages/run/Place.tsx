import AngleLeftIcon from '@patternfly/react-icons/dist/dynamic/icons/angle-left-icon';
import AngleRightIcon from '@patternfly/react-icons/dist/dynamic/icons/angle-right-icon';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { RunFacts, RunSummary } from '../../api/types';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import { OUTCOME_WORDS } from '../../charts/options/outcomes';
import { ErrorState } from '../../components/ErrorState';
import { Like } from '../../components/Like';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { ViewLink } from '../../components/ViewLink';
import type { DataColumn } from '../../lib/dataFile';
import { formatSeconds, plural, uncapitalised } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { outcomeWords } from '../../lib/resultWords';
import { OUTCOME_SERIES } from '../../lib/series';
import { useLinkTo } from '../../lib/useView';
import { placeOption } from './placeOption';
import { neighboursQuery } from './queries';

const TITLE = 'Among the runs of the job';

/** The run's place among those of its job that started before and after it: how long each took, and how it ended. */
export function Place({ run }: { run: RunFacts }) {
  const { data, error, refetch } = useQuery(neighboursQuery(run.uuid));
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const runs = useMemo(() => data?.runs.toReversed(), [data]);
  const here = runs?.findIndex(({ uuid }) => uuid === run.uuid) ?? -1;
  const build = useMemo(() => runs && ((look: Look) => placeOption(runs, here, look)), [runs, here]);
  const columns = useMemo(() => columnsOf(runs ?? [], run.uuid), [runs, run.uuid]);
  if (error) {
    return (
      <Panel title={TITLE}>
        <ErrorState what="The other runs of the job" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  return (
    <ChartPanel
      title={TITLE}
      testId="place"
      note={
        runs ? (
          noteOf(runs, run)
        ) : (
          <Like>
            This run took xx min xx s, longer than xx of the xx other passed runs shown. xx runs, oldest left; click one
            to go to it
          </Like>
        )
      }
      legend={
        <div className="gh-run-legend">
          <Legend label="Outcomes" names={OUTCOME_SERIES} words={OUTCOME_WORDS} hidden={[]} />
        </div>
      }
      columns={columns}
      file={`${run.job} runs`}
      label="Runs of the job around this one"
      summary={runs ? noteOf(runs, run) : ''}
      build={build}
      height="9rem"
      onPick={({ index }) => {
        const picked = runs?.[index];
        if (picked && picked.uuid !== run.uuid) navigate(linkTo(runPath(picked.uuid)));
      }}
    >
      <nav className="gh-run-neighbours" aria-label="Runs of the job before and after">
        <Neighbour run={runs?.[here - 1]} isLater={false} isKnown={runs !== undefined} />
        <Neighbour run={runs?.[here + 1]} isLater={true} isKnown={runs !== undefined} />
      </nav>
    </ChartPanel>
  );
}

interface NeighbourProps {
  run: RunSummary | undefined;
  isLater: boolean;
  isKnown: boolean; // false while loading
}

function Neighbour({ run, isLater, isKnown }: NeighbourProps) {
  if (!run) return <span className="gh-note">{isKnown && (isLater ? 'No later run' : 'No earlier run')}&nbsp;</span>;
  const name = isLater ? 'Next run' : 'Previous run';
  return (
    <span>
      <ViewLink to={runPath(run.uuid)}>
        {!isLater && <AngleLeftIcon aria-hidden="true" />} {name} {isLater && <AngleRightIcon aria-hidden="true" />}
      </ViewLink>{' '}
      <span className="gh-note">
        <Moment at={run.started_at} />, {uncapitalised(outcomeWords(run.outcome, run.result))}
      </span>
    </span>
  );
}

/** How the run compares with those that passed: a failed run's time says less. */
function noteOf(runs: readonly RunSummary[], run: RunFacts): string {
  const others = runs.filter(
    ({ uuid, outcome, seconds }) => uuid !== run.uuid && outcome === 'pass' && seconds !== null,
  );
  if (runs.length === 1) return 'No other run of the job is known';
  const shown = `${plural(runs.length, 'run')}, oldest left; click one to go to it`;
  const { seconds } = run;
  const hasEnded = run.outcome === 'pass' || run.outcome === 'fail';
  if (seconds === null || !hasEnded || others.length === 0) return shown;
  const faster = others.filter((other) => (other.seconds ?? 0) < seconds).length;
  return `This run took ${formatSeconds(seconds)}, longer than ${faster} of the ${others.length} other passed runs shown. ${shown}`;
}

function columnsOf(runs: readonly RunSummary[], here: string): DataColumn[] {
  return [
    { name: 'started', values: runs.map((run) => run.started_at), isTime: true },
    { name: 'outcome', values: runs.map((run) => run.outcome) },
    { name: 'result', values: runs.map((run) => run.result) },
    {
      name: 'seconds',
      values: runs.map((run) => run.seconds),
      show: (value) => formatSeconds(value as number | null),
    },
    { name: 'run', values: runs.map((run) => run.uuid) },
    { name: 'this', values: runs.map((run) => run.uuid === here), show: (value) => (value ? 'this run' : '') },
  ];
}
