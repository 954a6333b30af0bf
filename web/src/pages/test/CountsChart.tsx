import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useMemo } from 'react';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import type { DataColumn } from '../../lib/dataFile';
import { FOLDED, FOLDED_WORDS, type Folded } from '../../lib/folded';
import { bucketWord } from '../../lib/period';
import { sum } from '../../lib/series';
import { zoomOf } from '../../lib/useView';
import { useZone } from '../../lib/zone';
import { countsOption } from './countsOption';
import type { Counts } from './days';
import type { TestView } from './useTest';

interface Props extends TestView {
  counts: Counts | undefined;
}

/** Results by status over time: by days, unless another resolution is chosen. */
export function CountsChart({ own, update, counts }: Props) {
  const zone = useZone();
  const hiddenWords = own.hide.join();
  const isGrouped = own.bars === 'grouped';
  const build = useMemo(
    () => counts && ((look: Look) => countsOption(counts, hiddenWords.split(',') as Folded[], isGrouped, look)),
    [counts, hiddenWords, isGrouped],
  );
  const columns = useMemo(
    (): DataColumn[] =>
      counts
        ? [
            { name: 'time', values: counts.times, isTime: true },
            ...FOLDED.map((name) => ({ name, values: counts[name] })),
          ]
        : [],
    [counts],
  );
  const per = bucketWord(counts?.resolution);
  const ofZone = counts?.resolution !== 'day' ? '' : counts.days || zone === 'utc' ? '' : ' (UTC)';
  return (
    <ChartPanel
      title="Results"
      testId="chart-counts"
      note={`by status, per ${per}${ofZone}; drag to zoom in`}
      legend={
        <Legend
          label="Statuses"
          names={FOLDED}
          words={FOLDED_WORDS}
          hidden={own.hide}
          onChange={(hide) => update({ hide }, true)}
        />
      }
      columns={columns}
      file={`${own.test} results`}
      label="Results by status over time"
      summary={
        counts ? `${FOLDED.map((name) => `${sum(counts[name])} ${FOLDED_WORDS[name].toLowerCase()}`).join(', ')}.` : ''
      }
      build={build}
      height="18rem"
      buckets={counts}
      onZoom={zoomOf(update)}
    >
      <ToggleGroup aria-label="Bars" isCompact className="gh-test-bars">
        {(['stacked', 'grouped'] as const).map((bars) => (
          <ToggleGroupItem
            key={bars}
            text={bars === 'stacked' ? 'Stacked' : 'Grouped'}
            buttonId={`bars-${bars}`}
            isSelected={own.bars === bars}
            onChange={() => update({ bars }, true)}
          />
        ))}
      </ToggleGroup>
    </ChartPanel>
  );
}
