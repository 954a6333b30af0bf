/** Results of a test by status over time, as options for ECharts. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '../../charts/look';
import { bucketFrame, COUNTS } from '../../charts/options/frame';
import { stackedBars } from '../../charts/options/series';
import { FOLDED_WORDS, type Folded } from '../../lib/folded';
import { formatCount } from '../../lib/format';
import { sum } from '../../lib/series';
import type { Counts } from './days';

// From the bottom up: failures stand on the axis, where their heights can be compared.
const STACK: readonly Folded[] = ['failed', 'incomplete', 'passed', 'skipped'];

export function countsOption(
  counts: Counts,
  hidden: readonly Folded[],
  isGrouped: boolean,
  look: Look,
): EChartsCoreOption {
  const shown = STACK.filter((name) => !hidden.includes(name));
  const { days } = counts;
  // An axis of days is labelled in UTC: the zone's dates stand for themselves.
  const buckets = days ? { ...counts, times: days.map((day) => `${day}T00:00:00Z`) } : counts;
  const bars = stackedBars(
    shown.map((name) => ({ name: FOLDED_WORDS[name], values: counts[name], colour: look.palette[name] })),
  );
  return {
    ...bucketFrame(
      buckets,
      look,
      COUNTS,
      (i) => [
        ...[...shown].reverse().map((name) => ({
          label: FOLDED_WORDS[name],
          value: formatCount(counts[name][i] ?? 0),
          colour: look.palette[name],
        })),
        { label: 'Together', value: formatCount(sum(shown.map((name) => counts[name][i] ?? 0))) },
      ],
      days && ((i) => days[i] ?? ''),
    ),
    series: isGrouped ? bars.map((bar) => ({ ...bar, stack: undefined, barGap: 0 })) : bars,
  };
}
