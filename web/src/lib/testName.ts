/** The last two parts of a test's name, as a title: "TestServers.test_boot"; a wrapper as setUpClass (...) is taken off. */
export function shortTestName(test: string): string {
  const inner = /^(?:setUp|tearDown)(?:Class|Module) \((.+)\)$/.exec(test)?.[1] ?? test;
  // What stands in brackets at the end can hold dots of its own.
  const [, path = inner, rest = ''] = /^([^[( ]*)(.*)$/s.exec(inner) ?? [];
  return path.split('.').slice(-2).join('.') + rest;
}
