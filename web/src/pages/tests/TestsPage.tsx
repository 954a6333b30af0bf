import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { usePageTitle } from '../../lib/hooks';
import { text } from '../../lib/ownParams';
import { testsPath } from '../../lib/paths';
import { useView } from '../../lib/useView';

const OWN = { prefix: text(), q: text() };

/** All tests: to search, and by the parts of their names. */
export function TestsPage() {
  const view = useView('tests', OWN);
  const { prefix } = view.own;
  usePageTitle(prefix ? `Tests: ${prefix}` : 'Tests');
  return (
    <>
      <Breadcrumb above={prefix ? [{ label: 'Tests', to: testsPath() }] : []} here={prefix || 'Tests'} />
      <PageHeader title={prefix || 'Tests'} />
      <FilterBar view={view} hasSeries={false} />
    </>
  );
}
