/** The last two parts of a test's name, as a title: "TestServers.test_boot"; a wrapper as setUpClass (...) is taken off. */
export function shortTestName(test: string): string {
  const inner = /^(?:setUp|tearDown)(?:Class|Module) \((.+)\)$/.exec(test)?.[1] ?? test;
  // What stands in brackets at the end can hold dots of its own.
  const [, path = inner, rest = ''] = /^([^[( ]*)(.*)$/s.exec(inner) ?? [];
  return path.split('.').slice(-2).join('.') + rest;
}

// As the server parts names (tree_node in store/schema/macros.sql): a dot behind a blank or a bracket parts nothing.
const FIRST_PART = /^([^ ([][^. ([]*)\../s;

/** The nodes above a test in the tree of names, from the root; setUpClass (a.b.C) stands among the tests of a.b.C. */
export function nodesAbove(test: string): { part: string; prefix: string }[] {
  const inner = /^(?:setUp|tearDown)(?:Class|Module) \((.+)\)$/s.exec(test)?.[1];
  let rest = inner === undefined ? test : `${inner}.${test}`;
  const nodes: { part: string; prefix: string }[] = [];
  for (let part = FIRST_PART.exec(rest)?.[1]; part; part = FIRST_PART.exec(rest)?.[1]) {
    const above = nodes.at(-1)?.prefix;
    nodes.push({ part, prefix: above === undefined ? part : `${above}.${part}` });
    rest = rest.slice(part.length + 1);
  }
  return nodes;
}
