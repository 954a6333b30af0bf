/** A page's own parameters in its URL, declared once: `{ q: text(), sort: oneOf(SORTS, 'value'), offset: integer(0) }`. */

export interface Param<T> {
  read: (texts: string[]) => T; // what the URL says, nonsense becomes the default
  write: (value: T) => string[]; // none for the default: it is left out of the URL
  isOfListing?: boolean; // see ofListing
}

// biome-ignore lint/suspicious/noExplicitAny: the type of each parameter is inferred from its declaration
type AnyParam = Param<any>;

/** Names that every page shares; no page may use them for something of its own. */
type SharedName = 'period' | 'end' | 'from' | 'to' | 'resolution' | 'voting' | 'zone' | 'filters';
type FilterParam = 'project' | 'pipeline' | 'branch' | 'job' | 'provider';
export type Spec = Record<string, AnyParam> & { [K in SharedName | FilterParam]?: never };
export type Own<S> = { -readonly [K in keyof S]: S[K] extends Param<infer T> ? T : never };

export function text(fallback = ''): Param<string> {
  return {
    read: ([first]) => first || fallback,
    write: (value) => (value === fallback || value === '' ? [] : [value]),
  };
}

export function oneOf<const T extends string>(choices: readonly T[], fallback: NoInfer<T>): Param<T> {
  return {
    read: ([first]) => choices.find((choice) => choice === first) ?? fallback,
    write: (value) => (value === fallback ? [] : [value]),
  };
}

export function integer(fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER): Param<number> {
  return {
    read: ([first]) => {
      const value = first && /^\d+$/.test(first) ? Number(first) : fallback;
      return value >= min && value <= max ? value : fallback;
    },
    write: (value) => (value === fallback ? [] : [String(value)]),
  };
}

/** On or off; off unless the URL says `true`. */
export function flag(): Param<boolean> {
  return { read: ([first]) => first === 'true', write: (value) => (value ? ['true'] : []) };
}

/** Any number of values; with choices: only these, in their order. */
export function list<const T extends string = string>(choices?: readonly T[]): Param<T[]> {
  return {
    read: (texts) =>
      choices
        ? choices.filter((choice) => texts.includes(choice))
        : ([...new Set(texts.filter((one) => one !== ''))] as T[]),
    write: (value) => value,
  };
}

/** A parameter that speaks of what is listed now (an offset, unfolded rows): a change of period or filters resets it. */
export function ofListing<T>(param: Param<T>): Param<T> {
  return { ...param, isOfListing: true };
}

export function readOwn<S extends Spec>(spec: S, params: URLSearchParams): Own<S> {
  return Object.fromEntries(
    Object.entries(spec).map(([name, param]) => [name, param.read(params.getAll(name))]),
  ) as Own<S>;
}

/** The parameters as pairs for a URL, in the order of their declaration. */
export function writeOwn<S extends Spec>(spec: S, own: Own<S>): [string, string][] {
  return Object.entries(spec).flatMap(([name, param]) =>
    param.write(own[name]).map((value): [string, string] => [name, value]),
  );
}
