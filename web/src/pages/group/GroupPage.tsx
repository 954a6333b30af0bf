import { useMemo } from 'react';
import { useParams } from 'react-router';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { formatKey } from '../../lib/format';
import { usePageTitle } from '../../lib/hooks';
import { useView } from '../../lib/useView';
import { FILTERS, type Fixed } from '../../lib/viewState';

const OWN = {};
const FIXABLE: Fixed = [...FILTERS, 'voting'];

/** The runs that share one value of a metadata key. */
export function GroupPage() {
  const { key = '', '*': value = '' } = useParams();
  const fixed = useMemo(() => FIXABLE.filter((name) => name === key), [key]);
  const view = useView('group', OWN, fixed);
  usePageTitle(`${formatKey(key)}: ${value}`);
  return (
    <>
      <Breadcrumb here={`${formatKey(key)}: ${value}`} />
      <PageHeader title={`${value} jobs`} />
      <FilterBar view={view} />
    </>
  );
}
