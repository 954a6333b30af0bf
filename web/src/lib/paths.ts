/** Where each page is. Links take these through ViewLink, which keeps period and filters. */

/** Slashes in a name stay slashes: servers in front of ours may refuse encoded ones. */
function segments(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

export const OVERVIEW = '/';
export const FAILURES = '/failures';
export const TESTS = '/tests';
export const STATUS = '/status';

export function jobPath(job: string): string {
  return `/job/${segments(job)}`;
}

/** A test's name can hold anything, so it stands in the query. */
export function testPath(test: string): string {
  return `/test?${new URLSearchParams({ test })}`;
}

export function groupPath(key: string, value: string): string {
  return `/g/${encodeURIComponent(key)}/${segments(value)}`;
}

/** A run; with a test: at this test's result, unfolded. */
export function runPath(uuid: string, test?: string): string {
  const place = `/run/${encodeURIComponent(uuid)}`;
  return test === undefined ? place : `${place}?${new URLSearchParams({ test })}`;
}

export function testsPath(prefix = ''): string {
  return prefix ? `${TESTS}?${new URLSearchParams({ prefix })}` : TESTS;
}
