import { Alert } from '@patternfly/react-core';
import type { RunFacts } from '../../api/types';
import { plural } from '../../lib/format';

/** What was not sound in the run's results, said plainly. */
export function RunWarnings({ run }: { run: RunFacts }) {
  return (
    <>
      {(!run.complete || run.damage.length > 0) && (
        <Alert variant="warning" isInline title="The results of this run are not complete" data-testid="damage">
          The results that were sent are damaged or cut short. Everything that could be read is shown; more tests may
          have run.
          {run.damage.length > 0 && (
            <ul className="gh-damage">
              {run.damage.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </Alert>
      )}
      {run.processes_failed > 0 && (
        <Alert
          variant="warning"
          isInline
          title={`${plural(run.processes_failed, 'test process', 'test processes')} ended with an error`}
          data-testid="processes-failed"
        >
          Tests may have failed to start without leaving a result.
        </Alert>
      )}
    </>
  );
}
