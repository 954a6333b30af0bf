import { useCallback, useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { Picked } from '../../charts/Canvas';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import type { DataColumn } from '../../lib/dataFile';
import { FOLDED, FOLDED_WORDS, type Folded, foldOf } from '../../lib/folded';
import { formatCount, formatSeconds, plural } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { zoomOf } from '../../lib/useView';
import type { Counts } from './days';
import type { TestRuns } from './queries';
import { meanLine, timesOption } from './timesOption';
import type { TestView } from './useTest';

interface Props extends TestView {
  runs: TestRuns | undefined;
  counts: Counts | undefined;
}

/** How long each result took, over time. */
export function TimesChart({ own, update, linkTo, runs, counts }: Props) {
  const navigate = useNavigate();
  const hiddenWords = own.hide.join();
  const line = useMemo(() => runs && meanLine(runs, counts), [runs, counts]);
  const build = useMemo(
    () => runs && line && ((look: Look) => timesOption(runs, line, hiddenWords.split(',') as Folded[], look)),
    [runs, line, hiddenWords],
  );
  const columns = useMemo(() => columnsOf(runs), [runs]);
  const open = useCallback(
    ({ value }: Picked) => {
      const index = Array.isArray(value) ? value[2] : undefined;
      const run = typeof index === 'number' ? runs?.run[index] : undefined;
      if (run) navigate(linkTo(runPath(run, own.test)));
    },
    [runs, navigate, linkTo, own.test],
  );
  const isThinned = runs !== undefined && runs.total > runs.run.length;
  return (
    <ChartPanel
      title="Run time"
      testId="chart-times"
      note={
        isThinned
          ? `${formatCount(runs.run.length)} of ${formatCount(runs.total)} results, with all that failed if they fit; click one to see its run, drag to zoom in`
          : 'of each result; click one to see its run, drag to zoom in'
      }
      legend={
        <div className="gh-test-legend">
          <Legend
            label="Statuses"
            names={FOLDED}
            words={FOLDED_WORDS}
            hidden={own.hide}
            onChange={(hide) => update({ hide }, true)}
          />
          <span className="gh-legend-item">
            <span className="gh-test-mean" /> {line?.name ?? 'Mean'} ± deviation, of successes
          </span>
        </div>
      }
      columns={columns}
      file={`${own.test} run times`}
      label="Run times of the test"
      summary={summaryOf(runs)}
      build={build}
      height="20rem"
      onZoom={zoomOf(update)}
      onPick={open}
    />
  );
}

function columnsOf(runs: TestRuns | undefined): DataColumn[] {
  if (!runs) return [];
  return [
    { name: 'time', values: runs.started_at, isTime: true },
    { name: 'status', values: runs.status },
    { name: 'seconds', values: runs.seconds, show: (value) => formatSeconds(value as number | null) },
    { name: 'job', values: runs.job.map((at) => runs.jobs[at] ?? '') },
    { name: 'pipeline', values: runs.pipeline.map((at) => runs.pipelines[at] ?? '') },
    { name: 'attempt', values: runs.attempt },
    { name: 'run', values: runs.run },
  ];
}

function summaryOf(runs: TestRuns | undefined): string {
  if (!runs) return '';
  const parts = FOLDED.map((fold) => {
    const count = runs.status.filter((status) => foldOf(status) === fold).length;
    return `${count} ${FOLDED_WORDS[fold].toLowerCase()}`;
  });
  const known = runs.seconds.filter((seconds) => seconds !== null);
  const span =
    known.length > 0 ? `, in ${formatSeconds(Math.min(...known))} to ${formatSeconds(Math.max(...known))}` : '';
  return `${plural(runs.run.length, 'result')} shown: ${parts.join(', ')}${span}. The failures are listed below.`;
}
