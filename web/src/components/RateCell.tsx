import { formatCount, formatInterval, formatRate } from '../lib/format';
import { levelOf } from '../lib/threshold';
import { LevelMark } from './LevelMark';

interface Props {
  rate: number | null; // a fraction
  low: number | null; // its 95 % interval
  high: number | null;
  n: number;
}

/** A failure rate with what it is of and how sure it is: 3.2 %, n 1,204 · 2.1–4.8 %. */
export function RateCell({ rate, low, high, n }: Props) {
  const level = levelOf(rate);
  const interval = formatInterval(low, high);
  return (
    <div className="gh-rate-cell">
      <div className="gh-nowrap">
        <span className="gh-level-slot">{level && <LevelMark level={level} />}</span>
        <span className="gh-rate">{formatRate(rate)}</span>
      </div>
      <div
        className="gh-note gh-nowrap"
        title={interval && `With 95 % confidence between ${interval}: Wilson's interval of ${formatCount(n)}`}
      >
        n {formatCount(n)}
        {interval && ` · ${interval}`}
      </div>
    </div>
  );
}
