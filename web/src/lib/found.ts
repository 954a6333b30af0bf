/** What quick find offers: the API's answer, or the choices made lately, as one list of places to go to. */
import type { Found, RunSummary } from '../api/types';
import { formatCount, plural, uncapitalised } from './format';
import { groupPath, jobPath, runPath, testPath } from './paths';
import { outcomeWords } from './resultWords';

export const KINDS = ['job', 'project', 'test', 'change', 'run'] as const;
export type Kind = (typeof KINDS)[number];

/** A place to go to. */
export interface Place {
  kind: Kind;
  name: string;
  note: string; // what tells it from others of its kind
  to: string; // a path from lib/paths
  at?: string; // RFC 3339: when something last happened there; none when the place shows all times
}

/** The places of one kind, or the last ones. */
export interface Section {
  title: string;
  places: Place[];
  left: number; // how many more there are
}

const TITLES: Record<Kind, string> = {
  job: 'Jobs',
  project: 'Projects',
  test: 'Tests',
  change: 'Changes',
  run: 'Runs',
};

/** What was found, by kind. A number or a uuid that is typed stands before the names that happen to contain it. */
export function sectionsOf(found: Found, q: string): Section[] {
  const totals: Record<Kind, number> = {
    job: found.jobs_total,
    project: found.projects_total,
    test: found.tests_total,
    change: found.changes_total,
    run: found.runs_total,
  };
  const places = placesOf(found);
  const order: readonly Kind[] = /\d{3}/.test(q) ? ['change', 'run', 'job', 'project', 'test'] : KINDS;
  return order
    .map((kind) => ({ title: TITLES[kind], places: places[kind], left: totals[kind] - places[kind].length }))
    .filter((section) => section.places.length > 0);
}

function placesOf(found: Found): Record<Kind, Place[]> {
  return {
    job: found.jobs.map(({ name, newest_run_at }) => ({
      kind: 'job',
      name,
      note: '',
      to: jobPath(name),
      at: newest_run_at,
    })),
    project: found.projects.map(({ name, newest_run_at }) => ({
      kind: 'project',
      name,
      note: '',
      to: groupPath('project', name),
      at: newest_run_at,
    })),
    test: found.tests.map((name) => ({ kind: 'test', name, note: '', to: testPath(name) })),
    change: found.changes.map(({ project, change, runs, newest_run }) => ({
      kind: 'change',
      name: change,
      note: `${project ? `${project}, ` : ''}${plural(runs, 'run')}, newest: ${newest_run.job || newest_run.uuid}`,
      to: groupPath('change', change),
      at: newest_run.started_at,
    })),
    run: found.runs.map((run) => ({ kind: 'run', name: run.uuid, note: noteOf(run), to: runPath(run.uuid) })),
  };
}

function noteOf({ job, pipeline, change, outcome, result }: RunSummary): string {
  return [job, pipeline, change, uncapitalised(outcomeWords(outcome, result))].filter((word) => word !== '').join(', ');
}

/** How many there are, for those who cannot see the list: "2 jobs and 7 tests found". */
export function countWords(sections: readonly Section[]): string {
  const parts = sections.map(({ title, places, left }) => {
    const count = places.length + left;
    const word = title.toLowerCase();
    return `${formatCount(count)} ${count === 1 ? word.slice(0, -1) : word}`;
  });
  if (parts.length === 0) return 'Nothing found';
  return `${parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ` : ''}${parts.at(-1)} found`;
}

const STORED_AS = 'gatehealth-found';
const REMEMBERED = 8;

/** The places that were last chosen, the newest first. */
export function lastPlaces(): Place[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED_AS) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isPlace).slice(0, REMEMBERED) : [];
  } catch {
    return []; // storage can be switched off, or hold what something else wrote
  }
}

export function rememberPlace(place: Place): void {
  const others = lastPlaces().filter(({ to }) => to !== place.to);
  try {
    localStorage.setItem(STORED_AS, JSON.stringify([place, ...others].slice(0, REMEMBERED)));
  } catch {
    // It is then found by typing again.
  }
}

export function forgetPlaces(): void {
  try {
    localStorage.removeItem(STORED_AS);
  } catch {
    // There is nothing to forget.
  }
}

function isPlace(one: unknown): one is Place {
  if (typeof one !== 'object' || one === null) return false;
  const { kind, name, note, to, at } = one as Record<string, unknown>;
  return (
    KINDS.some((known) => known === kind) &&
    [name, note, to].every((text) => typeof text === 'string') &&
    (at === undefined || typeof at === 'string') &&
    /^\/(?!\/)/.test(to as string)
  );
}
