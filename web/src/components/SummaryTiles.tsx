import type { Summary } from '../api/types';
import { changeOfCount, changeOfFaults, changeOfRate, changeOfSeconds, sureness } from '../lib/compare';
import { formatCount, formatRate, formatSeconds, plural } from '../lib/format';
import { VersusTile } from './VersusTile';

interface Props {
  data: Summary | undefined; // undefined while it is waited for
}

/** The runs of a period in six numbers, each beside that of the period before. */
export function SummaryTiles({ data }: Props) {
  return (
    <div className="gh-tiles">
      <VersusTile
        data={data}
        name="runs"
        label="Runs"
        value={({ runs }) => formatCount(runs)}
        of={({ ignored }) => `${formatCount(ignored)} ignored`}
        change={(current, before) => changeOfCount(current.runs, before.runs)}
      />
      <FaultsTile data={data} outcome="failed" label="Failed" />
      <FailureRateTile data={data} />
      <FaultsTile data={data} outcome="infra" label="Infra failures" />
      <MedianTile data={data} />
      <FailingTestsTile data={data} />
    </div>
  );
}

function FaultsTile({ data, outcome, label }: Props & { outcome: 'failed' | 'infra'; label: string }) {
  return (
    <VersusTile
      data={data}
      name={outcome}
      label={label}
      tone={outcome}
      value={(runs) => formatCount(runs[outcome])}
      of={({ runs, [outcome]: count }) => runs > 0 && `${formatRate(count / runs)} of runs`}
      change={(current, before) => changeOfFaults(current[outcome], before[outcome])}
    />
  );
}

export function FailureRateTile({ data }: Props) {
  return (
    <VersusTile
      data={data}
      name="failure-rate"
      label="Failure rate"
      value={({ failure_rate }) => formatRate(failure_rate)}
      of={sureness}
      like={{ of: 'xx % interval xx.x–xx.x %, n xxx', change: 'up from xx.x %, may be chance' }}
      explained="How often a run failed, of all that passed or failed, and Wilson's interval of it."
      change={changeOfRate}
    />
  );
}

export function MedianTile({ data }: Props) {
  return (
    <VersusTile
      data={data}
      name="median"
      label="Median run time"
      value={({ median_seconds }) => formatSeconds(median_seconds)}
      of={({ passed }) => `of ${plural(passed, 'passing run')}`}
      change={(current, before) => changeOfSeconds(current.median_seconds, before.median_seconds)}
    />
  );
}

export function FailingTestsTile({ data }: Props) {
  return (
    <VersusTile
      data={data}
      name="failing-tests"
      label="Failing tests"
      value={({ failing_tests }) => formatCount(failing_tests)}
      of={({ results }) => `in ${plural(results.total, 'result')}`}
      change={(current, before) => changeOfFaults(current.failing_tests, before.failing_tests)}
    />
  );
}
