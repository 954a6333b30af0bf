import { useQuery } from '@tanstack/react-query';
import { attachmentsQuery } from '../../api/queries';
import type { RunFacts } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import { Rows } from '../../components/Rows';
import { TextBlock } from '../../components/TextBlock';
import { FAILED_TASK_KEYS, hasFailedTask } from './failedTaskKeys';

const FILE = 'failed-task'; // the run's file with what the task said

/** Where a run without test results failed: the playbook, the task, and what the task said. */
export function FailedTask({ run }: { run: RunFacts }) {
  const { metadata } = run;
  if (!hasFailedTask(metadata)) return null;
  return (
    <Panel
      title="Where it failed"
      note="the first task that failed, by the job's own account (job-output.json)"
      testId="failed-task"
    >
      <dl className="gh-facts">
        {Object.entries(FAILED_TASK_KEYS)
          .filter(([key]) => metadata[key])
          .map(([key, name]) => (
            <div key={key} className="gh-fact">
              <dt>{name}</dt>
              <dd className="gh-break">{metadata[key]}</dd>
            </div>
          ))}
      </dl>
      {run.attachments > 0 && <TaskText uuid={run.uuid} />}
    </Panel>
  );
}

function TaskText({ uuid }: { uuid: string }) {
  const { data, error, refetch } = useQuery(attachmentsQuery(uuid));
  if (error) return <ErrorState what="What the task said" error={error} onRetry={() => refetch()} />;
  if (!data) return <Rows count={4} label="what the task said" />;
  const file = data.attachments.find(({ name }) => name === FILE);
  if (!file?.text?.trim()) return null;
  return (
    <div className="gh-task-text">
      <div className="gh-file-heading">
        <h3>What the task said</h3>
        <CopyButton text={file.text} name={FILE} />
      </div>
      <TextBlock text={file.text} name={FILE} />
      {file.cut && <p className="gh-cut">Cut: the rest was not kept.</p>}
    </div>
  );
}
