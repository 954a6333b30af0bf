import { formatSeconds } from '../lib/format';

/** Seconds as people read them, with all their digits on hover; a dash when nobody knows. */
export function Duration({ seconds }: { seconds: number | null | undefined }) {
  if (seconds === null || seconds === undefined) return <span className="gh-note">–</span>;
  return (
    <span className="gh-nowrap" title={`${seconds} s`}>
      {formatSeconds(seconds)}
    </span>
  );
}
