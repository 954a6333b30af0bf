import { useParams } from 'react-router';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { usePageTitle } from '../../lib/hooks';
import { useView } from '../../lib/useView';
import type { Fixed } from '../../lib/viewState';

const OWN = {};
const FIXED: Fixed = ['job'];

/** One job: its runs, and its tests in them. */
export function JobPage() {
  const { '*': job = '' } = useParams();
  const view = useView('job', OWN, FIXED);
  usePageTitle(`Job: ${job}`);
  return (
    <>
      <Breadcrumb here={job} />
      <PageHeader title={job} sub="Job" />
      <FilterBar view={view} />
    </>
  );
}
