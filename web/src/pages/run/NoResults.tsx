import type { RunFacts } from '../../api/types';
import { PlainText } from '../../components/PlainText';
import { plural } from '../../lib/format';

/** Why a run has no test results: what its source found, else what its outcome lets one think. */
export function NoResults({ run }: { run: RunFacts }) {
  const { build, result } = run;
  return (
    <div data-testid="no-results">
      <p>This run has no test results{result ? `: its result is ${result}` : ''}.</p>
      {build ? <AsFetched build={build} /> : <p>{guessOf(run)}</p>}
    </div>
  );
}

function AsFetched({ build }: { build: NonNullable<RunFacts['build']> }) {
  const { source, lack, detail, waiting, why, tries } = build;
  return (
    <>
      {lack && (
        <p data-testid="lack">
          <strong>{lack}</strong>
          {detail && (
            <>
              : <PlainText text={detail} />
            </>
          )}{' '}
          <span className="gh-note">(source {source})</span>
        </p>
      )}
      {waiting && (
        <p data-testid="lack">
          {lack ? 'It is being fetched again' : 'Its files have not been fetched yet'} (source {source}
          {tries > 0 && `, tried ${plural(tries, 'time')}`}
          {why && (
            <>
              ; the last try: <PlainText text={why} />
            </>
          )}
          ).
        </p>
      )}
    </>
  );
}

function guessOf({ outcome, log_url }: RunFacts): string {
  const guesses = {
    infra: 'The CI system failed before or after the tests, so there may be none to send. ',
    ignored: 'It did not run to its end, so nothing is known of its tests. ',
    pass: 'The job may run no tests, or its result files were not sent or held none. ',
    fail: 'The job may run no tests, or its result files were not sent or held none. ',
  };
  return guesses[outcome] + (log_url ? 'Its logs may say more.' : '');
}
