import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../../api/queries';
import { ErrorState } from '../../components/ErrorState';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { usePageTitle } from '../../lib/hooks';
import { FreshnessPanel } from './FreshnessPanel';
import { HoldingsTiles } from './HoldingsTiles';
import { SourcesPanel } from './SourcesPanel';
import { StorePanels } from './StorePanels';
import './status.css';

/** How complete, how fresh and how large the data is. It is of all data: there is nothing to filter. */
export function StatusPage() {
  usePageTitle('Status');
  const { data, error, refetch } = useQuery(statusQuery);
  return (
    <>
      <Breadcrumb here="Status" />
      <PageHeader title="Status" sub="How fresh, how complete and how large the data is, whatever the period" />
      <div className="gh-stack gh-status-page">
        {/* It is asked for again all the time: what was known stays when one answer is missing. */}
        {error && !data ? (
          <Panel title="The data">
            <ErrorState what="The status" error={error} onRetry={() => refetch()} />
          </Panel>
        ) : (
          <>
            <HoldingsTiles status={data} />
            <SourcesPanel status={data} />
            <FreshnessPanel status={data} />
          </>
        )}
        <StorePanels dataVersion={data?.data_version} />
      </div>
    </>
  );
}
