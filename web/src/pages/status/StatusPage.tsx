import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { usePageTitle } from '../../lib/hooks';

/** How complete, how fresh and how large the data is. It is of all data: there is nothing to filter. */
export function StatusPage() {
  usePageTitle('Status');
  return (
    <>
      <Breadcrumb here="Status" />
      <PageHeader title="Status" />
    </>
  );
}
