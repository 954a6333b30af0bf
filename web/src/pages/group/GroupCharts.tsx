import { useQuery } from '@tanstack/react-query';
import { FailureRateChart, RunsChart } from '../../charts/OutcomeCharts';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import { zoomOf } from '../../lib/useView';
import { seriesQuery } from './queries';
import type { GroupView } from './useGroup';

/** The group's runs by outcome, and their failure rate, over the period. */
export function GroupCharts(view: GroupView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(seriesQuery(view));
  if (error) {
    return (
      <Panel title="Runs over time">
        <ErrorState what="The runs over time" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  return (
    <div className={`gh-charts ${isPlaceholderData ? 'gh-stale' : ''}`}>
      <RunsChart data={data} hidden={own.hide} onHide={(hide) => update({ hide })} onZoom={zoomOf(update)} />
      <FailureRateChart data={data} onZoom={zoomOf(update)} />
    </div>
  );
}
