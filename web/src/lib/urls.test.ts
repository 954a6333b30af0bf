import { expect, it } from 'vitest';
import { webAddress } from './urls';

it('links to web addresses only', () => {
  expect(webAddress('https://logs.example.org/a/b')).toBe('https://logs.example.org/a/b');
  expect(webAddress('http://127.0.0.1:8080/')).toBe('http://127.0.0.1:8080/');
  for (const address of [
    '',
    'javascript:alert(1)',
    ' JaVaScript:alert(1)',
    'data:text/html,x',
    '/etc/passwd',
    'logs/x',
  ]) {
    expect(webAddress(address)).toBeUndefined();
  }
});
