/** What is said of the sources that builds come from by themselves. */
import type { SourceInShort, SourceStatus } from '../api/types';
import { formatSpan, plural } from './format';
import type { Level } from './threshold';

export const STATE_LEVELS: Record<SourceInShort['state'], Level> = {
  current: 'success',
  behind: 'warning',
  failing: 'danger',
  new: 'info',
  left: 'info',
};

type Stated = Pick<SourceStatus, 'state' | 'lag_seconds' | 'waiting' | 'retrying'>;

/** How far a source is collected, in a few words; since when one fails is said beside them. */
export function stateWords({ state, lag_seconds, waiting, retrying }: Stated): string {
  // What was tried without success is tried again in hours, or days: nobody waits for that.
  const untried = waiting - retrying;
  if (state === 'current') return untried > 0 ? `Fetching ${plural(untried, 'build')}` : 'Caught up';
  if (state === 'behind') return `Behind by ${formatSpan(lag_seconds ?? 0)}`;
  if (state === 'failing') return 'Cannot be listed';
  return state === 'new' ? 'Being listed for the first time' : 'No longer collected';
}

/** Builds that are known and not fetched yet, of all sources that are collected. */
export function waitingBuilds(sources: readonly SourceInShort[]): number {
  return sources.reduce((sum, { state, waiting }) => sum + (state === 'left' ? 0 : waiting), 0);
}

/** Sources that somebody should look after. */
export function troubled(sources: readonly SourceInShort[]): SourceInShort[] {
  return sources.filter(({ state }) => state === 'failing' || state === 'behind');
}

export type PartTone = 'results' | 'none' | 'lost' | 'waiting';

export interface Part {
  tone: PartTone;
  words: string;
  builds: number;
  explained: string;
}

/** Why fetched builds have no results. What is expected of some jobs is told from what is lost, or was never readable. */
const LACKS: Record<string, { tone: PartTone; explained: string }> = {
  'no logs': { tone: 'none', explained: 'The CI system names no place of logs: no node, skipped, died before' },
  'no result file': { tone: 'none', explained: 'There are logs, and none of the files is one of results' },
  expired: { tone: 'lost', explained: 'There was a place of logs, and there is nothing any more' },
  unparsable: { tone: 'lost', explained: 'There are result files, and nothing could be read from any' },
  'too large': { tone: 'lost', explained: 'There are result files, larger than the settings allow' },
  'foreign host': { tone: 'lost', explained: 'The logs lie on a host that the settings do not name (log_hosts)' },
  unreachable: { tone: 'lost', explained: 'The log server kept failing until nobody tried any more' },
};

/** What became of the builds that a source is known to have ended. */
export function partsOf(source: SourceStatus): Part[] {
  const { with_results, without, known, fetched } = source;
  return [
    {
      tone: 'results' as const,
      words: 'with results',
      builds: with_results,
      explained: 'Fetched, and their results are here',
    },
    ...without.map(({ lack, builds }) => ({
      tone: LACKS[lack]?.tone ?? ('lost' as const),
      words: lack,
      builds,
      explained: LACKS[lack]?.explained ?? 'Fetched, and no results were found',
    })),
    {
      tone: 'waiting' as const,
      words: 'not fetched yet',
      // Builds that are fetched again count as fetched.
      builds: known - fetched,
      explained: 'Known to have ended, and waiting for their files to be fetched',
    },
  ].filter(({ builds }) => builds > 0);
}
