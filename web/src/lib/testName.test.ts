import { expect, it } from 'vitest';
import { nodesAbove, shortTestName } from './testName';

it('keeps the last two parts', () => {
  expect(shortTestName('tempest.api.compute.TestServers.test_boot[id-1,v2.1]')).toBe(
    'TestServers.test_boot[id-1,v2.1]',
  );
  expect(shortTestName('setUpClass (tempest.api.TestServers)')).toBe('api.TestServers');
  expect(shortTestName('plain')).toBe('plain');
  expect(shortTestName('')).toBe('');
});

it('parts names into the nodes of the tree as the server does', () => {
  expect(nodesAbove('a.b.test_one[id-1,v2.1]')).toEqual([
    { part: 'a', prefix: 'a' },
    { part: 'b', prefix: 'a.b' },
  ]);
  expect(nodesAbove('setUpClass (a.b.C)').map(({ prefix }) => prefix)).toEqual(['a', 'a.b', 'a.b.C']);
  expect(nodesAbove('cli --run x.y')).toEqual([]);
  expect(nodesAbove('.hidden')).toEqual([]);
  expect(nodesAbove('a.')).toEqual([]);
});
