import { formatRate } from '../../lib/format';

/** Failed and passed runs as parts of one bar. */
export function OutcomeBar({ passed, failed }: { passed: number; failed: number }) {
  const n = passed + failed;
  if (n === 0) return null;
  const text = `${formatRate(failed / n)} failed, ${formatRate(passed / n)} passed, of ${n}`;
  return (
    <div className="gh-bar" role="img" aria-label={text} title={text}>
      <span className="gh-bar-failed" style={{ width: `${(100 * failed) / n}%` }} />
    </div>
  );
}
