import { Button } from '@patternfly/react-core';
import { Dialog } from '../Dialog';
import './find.css';

const KEYS: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ['/'], what: 'Find a job, project, test, change or run' },
  { keys: ['g', 'o'], what: 'Go to the overview' },
  { keys: ['g', 'f'], what: 'Go to the failures' },
  { keys: ['g', 't'], what: 'Go to the tests' },
  { keys: ['g', 's'], what: 'Go to the status' },
  { keys: ['?'], what: 'Show these keys' },
  { keys: ['Esc'], what: 'Close what is open' },
];

/** The keys that work on every page. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="Keys" onClose={onClose} className="gh-keys">
      <h2 className="gh-panel-title">Keys</h2>
      <dl>
        {KEYS.map(({ keys, what }) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="gh-note">They wait while you type in a field. Links keep the period and the filters.</p>
      <Button variant="secondary" onClick={onClose}>
        Close
      </Button>
    </Dialog>
  );
}
