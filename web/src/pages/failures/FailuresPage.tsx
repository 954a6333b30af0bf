import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { usePageTitle } from '../../lib/hooks';
import { text } from '../../lib/ownParams';
import { useView } from '../../lib/useView';

const OWN = { q: text() };

/** What failed: runs, tests, and what they say. */
export function FailuresPage() {
  const view = useView('failures', OWN);
  usePageTitle('Failures');
  return (
    <>
      <Breadcrumb here="Failures" />
      <PageHeader title="Failures" />
      <FilterBar view={view} hasSeries={false} />
    </>
  );
}
