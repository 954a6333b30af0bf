import { SearchInput } from '@patternfly/react-core';
import { useCallback, useId } from 'react';
import { useDebounced } from '../lib/hooks';
import { checkPattern } from '../lib/regex';

interface Props {
  label: string;
  value: string;
  onSearch: (pattern: string) => void;
  error?: string; // what the server said of the pattern
}

/** A search by regular expression: reports after a pause of 250 ms, and only what is one. */
export function SearchField({ label, value, onSearch, error }: Props) {
  const id = useId();
  const report = useCallback(
    (pattern: string) => {
      if (!checkPattern(pattern).error) onSearch(pattern);
    },
    [onSearch],
  );
  const [typed, setTyped] = useDebounced(value, report);
  const problem = checkPattern(typed).error ?? (typed === value ? error : undefined);
  return (
    <div className="gh-search">
      <SearchInput
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(_event, next) => setTyped(next)}
        onClear={() => setTyped('')}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? id : undefined}
      />
      {problem && (
        <div id={id} className="gh-field-error" role="alert" data-testid="pattern-error">
          {problem}
        </div>
      )}
    </div>
  );
}
