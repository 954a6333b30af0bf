/** Cells that the tables of this page share. */
import type { ReactNode } from 'react';
import { ApiError } from '../../api/client';
import { Moment } from '../../components/Moment';
import { PlainText } from '../../components/PlainText';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, plural } from '../../lib/format';
import { runPath } from '../../lib/paths';

/** What the server says of a pattern that it cannot use. */
export function patternError(error: Error | null, q: string): string | undefined {
  return error instanceof ApiError && error.status === 400 && q ? error.message : undefined;
}

interface NewestProps {
  uuid: string;
  test: string;
  at: string;
}

/** The plain way to a traceback: the newest failure's place on the page of its run. */
export function Newest({ uuid, test, at }: NewestProps) {
  return (
    <>
      <ViewLink to={runPath(uuid, test)}>Newest failure</ViewLink>
      <div className="gh-note">
        <Moment at={at} relative />
      </div>
    </>
  );
}

/** Room for "Newest failure", less where there is little. */
export const NEWEST_WIDTH = 'clamp(5.5rem, 12vw, 9rem)';

/** How many failed, and beneath it how many never ended. */
export function FailureCount({ failures, incomplete }: { failures: number; incomplete: number }) {
  return (
    <>
      {failures > 0 || incomplete > 0 ? formatCount(failures) : <span className="gh-note">none</span>}
      {incomplete > 0 && <div className="gh-note gh-nowrap">+ {formatCount(incomplete)} incomplete</div>}
    </>
  );
}

/** The same in words: "5 failures, 2 incomplete". */
export function failuresInWords({ failures, incomplete }: { failures: number; incomplete: number }): string {
  const ended = failures > 0 || incomplete === 0 ? [plural(failures, 'failure')] : [];
  return [...ended, ...(incomplete > 0 ? [`${formatCount(incomplete)} incomplete`] : [])].join(', ');
}

export function Message({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="gh-message" title={text || undefined}>
      {text ? <PlainText text={text} /> : (children ?? <em className="gh-absent">(no message)</em>)}
    </div>
  );
}
