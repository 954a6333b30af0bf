import { expect, it } from 'vitest';
import { shortTestName } from './testName';

it('keeps the last two parts', () => {
  expect(shortTestName('tempest.api.compute.TestServers.test_boot[id-1,v2.1]')).toBe(
    'TestServers.test_boot[id-1,v2.1]',
  );
  expect(shortTestName('setUpClass (tempest.api.TestServers)')).toBe('api.TestServers');
  expect(shortTestName('plain')).toBe('plain');
  expect(shortTestName('')).toBe('');
});
