import { condense } from '../lib/series';

const WIDTH = 120;
const HEIGHT = 20;
const BARS = 40;

/** Failures over time in a table's cell. Each row has its own scale: it shows when, the numbers beside it how many. */
export function Sparkline({ failed, label }: { failed: readonly number[]; label: string }) {
  const bars = condense(failed, BARS);
  const highest = Math.max(1, ...bars);
  const step = WIDTH / bars.length;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="gh-sparkline"
      role="img"
      aria-label={label}
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {bars.map((count, i) => {
        if (count === 0) return null;
        const height = Math.max(2, (count / highest) * (HEIGHT - 1));
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
        return <rect key={i} x={i * step} width={Math.max(1, step - 0.6)} y={HEIGHT - 1 - height} height={height} />;
      })}
    </svg>
  );
}
