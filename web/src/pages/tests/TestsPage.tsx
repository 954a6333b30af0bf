import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { TestName } from '../../components/TestName';
import { usePageTitle } from '../../lib/hooks';
import { TESTS, testsPath } from '../../lib/paths';
import { nodesOf } from './rows';
import { searchOf } from './TestSearch';
import { TestsTable } from './TestsTable';
import { TestTree } from './TestTree';
import { isTree, useTests } from './useTests';
import './tests.css';

const TREE_ROOT = `${TESTS}?tab=tree`;

/** All tests: to search, and by the parts of their names. */
export function TestsPage() {
  const view = useTests();
  const { prefix } = view.own;
  const asTree = isTree(view.own);
  usePageTitle(prefix ? `Tests: ${prefix}` : 'Tests');
  const nodes = nodesOf(prefix);
  const above = [{ label: 'Tests', to: TREE_ROOT }].concat(
    nodes.slice(0, -1).map((node) => ({ label: node.label, to: testsPath(node.prefix) })),
  );
  return (
    <>
      <Breadcrumb above={prefix ? above : []} here={nodes.at(-1)?.label ?? 'Tests'} />
      <PageHeader
        title={prefix ? <TestName name={prefix} /> : 'Tests'}
        sub={
          prefix ? undefined : 'What the results of each test come to, and where tests stand in the tree of their names'
        }
      />
      <FilterBar view={view} hasSeries={false} search={asTree ? undefined : searchOf(view.own)} />
      <div className="gh-stack">{asTree ? <TestTree {...view} /> : <TestsTable {...view} />}</div>
    </>
  );
}
