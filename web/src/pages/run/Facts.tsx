import { ClipboardCopy } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { RunFacts } from '../../api/types';
import { Moment } from '../../components/Moment';
import { OutsideLink } from '../../components/OutsideLink';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { formatSeconds } from '../../lib/format';
import { FAILED_TASK_KEYS } from './failedTaskKeys';

/** Everything that is known of the run, but for its results. */
export function Facts({ run }: { run: RunFacts | undefined }) {
  return (
    <Panel title="Facts" testId="facts" actions={run && <RunLinks run={run} />}>
      {run ? <FactList run={run} /> : <Rows count={6} label="the facts" />}
    </Panel>
  );
}

function RunLinks({ run }: { run: RunFacts }) {
  return (
    <div className="gh-links">
      <OutsideLink address={run.log_url}>Logs</OutsideLink>
      {run.counts.total > 0 && (
        <a href={`/api/v1/runs/${run.uuid}/subunit`} download>
          Export subunit
        </a>
      )}
    </div>
  );
}

function FactList({ run }: { run: RunFacts }) {
  // Where it failed is told in a panel of its own.
  const metadata = Object.entries(run.metadata)
    .filter(([key]) => !(key in FAILED_TASK_KEYS))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <>
      <dl className="gh-facts">
        <Fact name="Result">{run.result}</Fact>
        <Fact name="Project">{run.project}</Fact>
        <Fact name="Change">{run.change && <Change run={run} />}</Fact>
        <Fact name="Pipeline">{run.pipeline}</Fact>
        <Fact name="Branch">{run.branch}</Fact>
        <Fact name="Ref">{run.change ? '' : run.ref}</Fact>
        <Fact name="Voting">{run.voting === null ? '' : run.voting ? 'Yes' : 'No, its result does not count'}</Fact>
        <Fact name="Provider">{run.provider}</Fact>
        <Fact name="Started">
          <Moment at={run.started_at} seconds /> (<Moment at={run.started_at} relative />)
        </Fact>
        <Fact name="Ended">{run.ended_at && <Moment at={run.ended_at} seconds />}</Fact>
        <Fact name="Duration">{run.seconds !== null && formatSeconds(run.seconds)}</Fact>
        <Fact name="Tests took">{run.test_seconds > 0 && `${formatSeconds(run.test_seconds)} in sum`}</Fact>
        <Fact name="Received">
          <Moment at={run.received_at} seconds />
        </Fact>
        <Fact name="Buildset">{run.buildset && <code className="gh-break">{run.buildset}</code>}</Fact>
        <Fact name="Run">
          <ClipboardCopy variant="inline-compact" hoverTip="Copy the uuid" clickTip="Copied" isCode>
            {run.uuid}
          </ClipboardCopy>
        </Fact>
      </dl>
      {metadata.length > 0 && (
        <>
          <h3 className="gh-subtitle">Metadata</h3>
          <dl className="gh-facts" data-testid="metadata">
            {metadata.map(([key, value]) => (
              <Fact key={key} name={key}>
                {value}
              </Fact>
            ))}
          </dl>
        </>
      )}
    </>
  );
}

/** One fact; left out when it is not known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === '' || children === null || children === false) return null;
  return (
    <div className="gh-fact">
      <dt className="gh-break">{name}</dt>
      <dd className="gh-break">{children}</dd>
    </div>
  );
}

function Change({ run }: { run: RunFacts }) {
  const text = run.patchset ? `${run.change}, patchset ${run.patchset}` : run.change;
  return run.ref_url ? <OutsideLink address={run.ref_url}>{text}</OutsideLink> : text;
}
