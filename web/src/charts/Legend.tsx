import type { Tone } from './look';

interface Props<T extends string> {
  names: readonly T[];
  words: Record<T, string>;
  hidden: readonly T[];
  onChange?: (hidden: T[]) => void; // none: the legend only explains
  tones?: Partial<Record<T, Tone | 'accent' | 'mean'>>; // where a series is not called as its colour is
  label?: string;
}

/** A chart's series; each is a button that takes the series out of the chart or puts it back. */
export function Legend<T extends string>({ names, words, hidden, onChange, tones = {}, label = 'Series' }: Props<T>) {
  const toggle = (name: T) =>
    onChange?.(names.filter((other) => (other === name ? !hidden.includes(other) : hidden.includes(other))));
  return (
    <fieldset className="gh-legend">
      <legend className="pf-v6-screen-reader">{label} shown</legend>
      {names.map((name) => {
        const swatch = <span className={`gh-swatch gh-swatch-${tones[name] ?? name}`} />;
        if (!onChange) {
          return (
            <span key={name} className="gh-legend-item">
              {swatch} {words[name]}
            </span>
          );
        }
        return (
          <button
            key={name}
            type="button"
            className="gh-legend-item gh-legend-button"
            aria-pressed={!hidden.includes(name)}
            onClick={() => toggle(name)}
          >
            {swatch} {words[name]}
          </button>
        );
      })}
    </fieldset>
  );
}
