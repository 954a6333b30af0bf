import type { StatusAnswer } from '../../api/types';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';

/** Where runs come from. */
export function SourcesPanel({ status }: { status: StatusAnswer | undefined }) {
  const newest = status?.newest_run;
  return (
    <Panel title="Sources" note="where runs come from" testId="sources">
      <dl className="gh-source">
        <dt>Uploads</dt>
        <dd>
          Result files (subunit or JUnit XML) that CI jobs send to <code>POST /api/v1/runs</code>, or that{' '}
          <code>gatehealth ingest</code> reads. See <a href="/api/docs">the API</a>.
        </dd>
        <dd className="gh-note">
          {newest ? (
            <>
              The newest run arrived <Moment at={newest.received_at} relative />.
            </>
          ) : (
            status && 'Nothing has arrived yet.'
          )}
        </dd>
      </dl>
    </Panel>
  );
}
