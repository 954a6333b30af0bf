import { Button } from '@patternfly/react-core';
import AngleLeftIcon from '@patternfly/react-icons/dist/dynamic/icons/angle-left-icon';
import AngleRightIcon from '@patternfly/react-icons/dist/dynamic/icons/angle-right-icon';
import SearchMinusIcon from '@patternfly/react-icons/dist/dynamic/icons/search-minus-icon';
import SearchPlusIcon from '@patternfly/react-icons/dist/dynamic/icons/search-plus-icon';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { resultsQuery } from '../../api/queries';
import type { RunFacts } from '../../api/types';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import type { DataColumn } from '../../lib/dataFile';
import { FOLDED, FOLDED_WORDS } from '../../lib/folded';
import { formatCount, formatSeconds, plural } from '../../lib/format';
import { type Lanes, lanesOf, moved, readSpan, type Span, scaled, writeSpan } from '../../lib/lanes';
import { rowsOf } from '../../lib/results';
import { timelineOption } from './timelineOption';
import { useRun } from './useRun';

const LANE = 2; // rem
const AXIS = 3;
const PAUSE = 250; // milliseconds: the wheel has stopped

interface Props {
  run: RunFacts;
  onPick: () => void; // a test was chosen: the results show it
}

/** Which test ran when on which worker. */
export function Timeline({ run, onPick }: Props) {
  const { data } = useQuery(resultsQuery(run.uuid));
  const lanes = useMemo(() => data && lanesOf(rowsOf(data, run.started_at)), [data, run.started_at]);
  // The panel of the results says that they could not be loaded; without times there is nothing to draw.
  if (!lanes || lanes.bars.length === 0) return null;
  return <Drawn run={run} lanes={lanes} onPick={onPick} />;
}

function Drawn({ run, lanes, onPick }: Props & { lanes: Lanes }) {
  const { own, update } = useRun();
  const whole = useMemo(() => wholeOf(lanes), [lanes]);
  const span = useMemo(() => readSpan(own.span, whole), [own.span, whole]);
  const build = useMemo(() => (look: Look) => timelineOption(lanes, whole, span, look), [lanes, whole, span]);
  const columns = useMemo(() => columnsOf(lanes), [lanes]);
  const show = (next: Span) => update({ span: writeSpan(next, whole) }, true);
  const showLater = useLater((first: number, last: number) => show({ from: first, to: last }));
  const isWhole = own.span === '' || writeSpan(span, whole) === '';
  const folds = FOLDED.filter((fold) => lanes.bars.some((bar) => bar.fold === fold));
  const failed = lanes.bars.filter(({ fold }) => fold === 'failed').length;
  const tests = `${plural(lanes.bars.length, 'result')} of ${plural(lanes.workers.length, 'worker')}`;
  return (
    <ChartPanel
      title="Timeline"
      testId="timeline"
      note={`${tests}${lanes.untimed > 0 ? `; ${formatCount(lanes.untimed)} without a known time are left out` : ''}; drag, or turn the wheel with Ctrl, to zoom in; click a test to see its result`}
      legend={<Legend label="Statuses" names={folds} words={FOLDED_WORDS} hidden={[]} />}
      columns={columns}
      file={`${run.job} ${run.uuid} timeline`}
      label="Timeline of the workers"
      summary={`${tests}, ${formatCount(failed)} failed, over ${formatSeconds(lanes.length)}. The results below say the same in words.`}
      build={build}
      height={`${Math.min(40, lanes.workers.length * LANE + AXIS)}rem`}
      onSelect={(first, last) => show({ from: first, to: last })}
      onRange={showLater}
      onPick={({ value }) => {
        const picked = lanes.bars[(value as number[])[3] ?? -1];
        if (!picked) return;
        update({ test: [picked.row.test], q: '', status: [], page: 0 }, true);
        onPick();
      }}
    >
      <div className="gh-run-zoom">
        <Tool label="Zoom in" Icon={SearchPlusIcon} onClick={() => show(scaled(span, 0.5))} />
        <Tool label="Zoom out" Icon={SearchMinusIcon} onClick={() => show(scaled(span, 2))} isDisabled={isWhole} />
        <Tool
          label="Earlier"
          Icon={AngleLeftIcon}
          onClick={() => show(moved(span, -0.5, whole))}
          isDisabled={span.from <= whole.from}
        />
        <Tool
          label="Later"
          Icon={AngleRightIcon}
          onClick={() => show(moved(span, 0.5, whole))}
          isDisabled={span.to >= whole.to}
        />
        <span className="gh-note" data-testid="timeline-span">
          {isWhole
            ? `${formatSeconds(lanes.length)}; the first test began ${formatSeconds(lanes.first)} after the run`
            : `${exact(span.from)} to ${exact(span.to)} after the first test began`}
        </span>
        {!isWhole && (
          <Button variant="link" size="sm" onClick={() => show(whole)}>
            Whole run
          </Button>
        )}
      </div>
    </ChartPanel>
  );
}

/** Unrounded: both ends of a close look would read the same. */
function exact(seconds: number): string {
  return `${Number(seconds.toFixed(3))} s`;
}

interface ToolProps {
  label: string;
  Icon: typeof AngleLeftIcon;
  onClick: () => void;
  isDisabled?: boolean;
}

function Tool({ label, Icon, onClick, isDisabled = false }: ToolProps) {
  return (
    <Button
      variant="plain"
      size="sm"
      aria-label={label}
      title={label}
      icon={<Icon />}
      onClick={onClick}
      isDisabled={isDisabled}
    />
  );
}

/** Calls once the calls have paused. */
function useLater(call: (first: number, last: number) => void) {
  const timer = useRef<number>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (first: number, last: number) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => call(first, last), PAUSE);
  };
}

/** From the first test to the end of the last, and a little beyond, so that the last ones can be seen. */
function wholeOf({ length }: Lanes): Span {
  const margin = Math.max(0.005, length * 0.005);
  return { from: 0, to: length + margin };
}

function columnsOf({ bars }: Lanes): DataColumn[] {
  const asSeconds = (value: unknown) => formatSeconds(value as number | null);
  return [
    { name: 'worker', values: bars.map(({ row }) => row.worker) },
    { name: 'started_after', values: bars.map(({ row }) => row.offset), show: asSeconds },
    { name: 'seconds', values: bars.map(({ row }) => row.seconds), show: asSeconds },
    { name: 'status', values: bars.map(({ row }) => row.status) },
    { name: 'test', values: bars.map(({ row }) => row.test) },
    { name: 'attempt', values: bars.map(({ row }) => row.attempt) },
  ];
}
