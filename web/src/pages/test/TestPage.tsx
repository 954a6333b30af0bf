import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { TestName } from '../../components/TestName';
import { usePageTitle } from '../../lib/hooks';
import { text } from '../../lib/ownParams';
import { testsPath } from '../../lib/paths';
import { shortTestName } from '../../lib/testName';
import { useView } from '../../lib/useView';

const OWN = { test: text() };

/** One test in all its runs. */
export function TestPage() {
  const view = useView('test', OWN);
  const { test } = view.own;
  const short = shortTestName(test);
  usePageTitle(`Test: ${short}`);
  return (
    <>
      <Breadcrumb above={[{ label: 'Tests', to: testsPath() }]} here={short} />
      <PageHeader title={<TestName name={test} />} sub="Test" />
      <FilterBar view={view} />
    </>
  );
}
