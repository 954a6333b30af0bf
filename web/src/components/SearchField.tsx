import { SearchInput } from '@patternfly/react-core';
import { useCallback, useId } from 'react';
import { useDebounced } from '../lib/hooks';
import { checkPattern } from '../lib/regex';

interface Props {
  label: string;
  value: string;
  onSearch: (pattern: string) => void;
  error?: string; // what the server said of the pattern
  isPlain?: boolean; // plain text, which has no rules to keep to
}

/** A search, by regular expression unless it is plain: reports after a pause of 250 ms, and only what can be searched for. */
export function SearchField({ label, value, onSearch, error, isPlain = false }: Props) {
  const id = useId();
  const report = useCallback(
    (text: string) => {
      if (isPlain || !checkPattern(text).error) onSearch(text);
    },
    [onSearch, isPlain],
  );
  const [typed, setTyped] = useDebounced(value, report);
  const problem = (isPlain ? undefined : checkPattern(typed).error) ?? (typed === value ? error : undefined);
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
