import { useQuery } from '@tanstack/react-query';
import type { StatusAnswer } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { sourcesQuery } from './queries';
import { Source } from './Source';

const EXAMPLE = `[[sources]]
kind = "zuul"
name = "opendev"
url = "https://zuul.opendev.org"
tenant = "openstack"`;

/** Where runs come from: the sources that are collected, how complete each is, and uploads. */
export function SourcesPanel({ status }: { status: StatusAnswer | undefined }) {
  const { data, error, refetch } = useQuery(sourcesQuery);
  return (
    <Panel title="Sources" note="where runs come from, and how complete they are" testId="sources">
      {error && !data ? (
        <ErrorState what="The sources" error={error} onRetry={() => refetch()} />
      ) : data ? (
        <div className="gh-sources">
          {data.sources.map((source) => (
            <Source key={source.name} source={source} now={data.now} />
          ))}
          <Uploads status={status} isOnly={data.sources.length === 0} />
          {data.sources.length === 0 && <HowToCollect />}
        </div>
      ) : (
        <Rows count={5} label="the sources" />
      )}
    </Panel>
  );
}

function Uploads({ status, isOnly }: { status: StatusAnswer | undefined; isOnly: boolean }) {
  const newest = status?.newest_run;
  return (
    <section className="gh-source" aria-label="Uploads">
      <h3>Uploads</h3>
      <p>
        Result files (subunit or JUnit XML) that CI jobs send to <code>POST /api/v1/runs</code>, or that{' '}
        <code>gatehealth ingest</code> reads. See <a href="/api/docs">the API</a>.
      </p>
      {isOnly && status && (
        <p className="gh-note">
          {newest ? (
            <>
              The newest run arrived <Moment at={newest.received_at} relative />.
            </>
          ) : (
            'Nothing has arrived yet.'
          )}
        </p>
      )}
    </section>
  );
}

function HowToCollect() {
  return (
    <section className="gh-source" aria-label="Collecting" data-testid="how-to-collect">
      <h3>Collecting</h3>
      <p>
        No source is configured. A Zuul, GitHub, GitLab or a folder of results is collected from by itself once{' '}
        <code>gatehealth.toml</code> names it:
      </p>
      <pre className="gh-example">{EXAMPLE}</pre>
      <p>
        All kinds of sources and their settings are described in <code>docs/sources.md</code> of Gatehealth.
      </p>
    </section>
  );
}
