import { matchPath } from 'react-router';
import { expect, it } from 'vitest';
import { groupPath, jobPath, runPath, testPath, testsPath } from './paths';

it('names survive their paths', () => {
  for (const name of ['tempest-full', 'a/b c', 'ü?#&=%', 'x:y[z]']) {
    expect(matchPath('/job/*', decoded(jobPath(name)))?.params['*']).toBe(name);
    expect(matchPath('/g/:key/*', decoded(groupPath('project', name)))?.params).toEqual({ key: 'project', '*': name });
  }
});

it('names of tests survive in the query', () => {
  for (const name of ['a.b[x,y]', 'setUpClass (a.B)', 'a&test=b#c?d%20+', 'x/../y']) {
    const address = new URL(testPath(name), 'http://x');
    expect([address.pathname, address.searchParams.get('test')]).toEqual(['/test', name]);
    expect(new URL(runPath('ab12', name), 'http://x').searchParams.get('test')).toBe(name);
  }
  expect(testsPath()).toBe('/tests');
  expect(testsPath('a.b')).toBe('/tests?prefix=a.b');
});

/** As the router decodes a path before it matches it. */
function decoded(path: string): string {
  return path.split('/').map(decodeURIComponent).join('/');
}
