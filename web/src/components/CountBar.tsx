import { formatCount, formatRate } from '../lib/format';

export type CountTone = 'passed' | 'failed' | 'skipped' | 'incomplete' | 'infra' | 'ignored';

interface Props {
  counts: Partial<Record<CountTone, number>>;
  isWide?: boolean; // as wide as it may be, not as a column of a table
}

// Failures stand at the start, where their widths can be compared.
const ORDER: readonly CountTone[] = ['failed', 'incomplete', 'infra', 'passed', 'skipped', 'ignored'];

/** Counts as parts of one bar; nothing when all are 0. */
export function CountBar({ counts, isWide = false }: Props) {
  const parts = ORDER.map((tone) => ({ tone, count: counts[tone] ?? 0 })).filter(({ count }) => count > 0);
  const all = parts.reduce((total, { count }) => total + count, 0);
  if (all === 0) return null;
  const words = parts.map(({ tone, count }) => `${formatRate(count / all)} ${tone}`);
  const text = `${words.join(', ')}, of ${formatCount(all)}`;
  return (
    <div className={`gh-bar ${isWide ? 'gh-bar-wide' : ''}`} role="img" aria-label={text} title={text}>
      {parts.map(({ tone, count }) => (
        <span key={tone} className={`gh-swatch-${tone}`} style={{ flexGrow: count / all }} />
      ))}
    </div>
  );
}
