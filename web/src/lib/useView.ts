/** The state of a page, held by its URL alone. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useNow } from './hooks';
import { type Own, readOwn, type Spec } from './ownParams';
import { type PageName, type Window, windowOf } from './period';
import { carried, type Fixed, type OwnWords, type Patch, patchedParams, readView, type ViewState } from './viewState';

/** What the parts that all pages share need to know of a page. */
export interface SharedView {
  page: PageName;
  state: ViewState;
  window: Window;
  fixed: Fixed;
  update(patch: Partial<ViewState>, replace?: boolean): void; // replace: without a step in the browser's history
}

export interface View<S extends Spec> extends SharedView {
  own: Own<S>;
  update(patch: Patch<S>, replace?: boolean): void;
  linkTo: (path: string, own?: OwnWords) => string; // another page, with what pages share
}

const NONE: Fixed = [];

/** A page's state and what changes it. `spec` and `fixed` are constants outside the component, or memoised. */
export function useView<const S extends Spec>(page: PageName, spec: S, fixed: Fixed = NONE): View<S> {
  const [params, setParams] = useSearchParams();
  const now = useNow();
  const state = useMemo(() => readView(params, fixed), [params, fixed]);
  const own = useMemo(() => readOwn(spec, params), [spec, params]);
  const window = useMemo(() => windowOf(state, now, page), [state, now, page]);
  const update = useCallback(
    (patch: Patch<S>, replace = false) =>
      setParams((current) => patchedParams(current, spec, patch, fixed), { replace, preventScrollReset: true }),
    [setParams, spec, fixed],
  );
  const linkTo = useCallback((path: string, words?: OwnWords) => carried(params, path, words), [params]);
  return { page, state, own, window, fixed, update, linkTo };
}

/** Sets the period of a view, as after a drag over a chart. */
export function zoomOf(update: SharedView['update']): (from: Date, to: Date) => void {
  return (from, to) => update({ from, to, period: undefined, end: undefined, resolution: undefined });
}

/** Addresses of other pages that keep what pages share, for parts that are of no page. */
export function useLinkTo(): (path: string, own?: OwnWords) => string {
  const [params] = useSearchParams();
  return useCallback((path: string, own?: OwnWords) => carried(params, path, own), [params]);
}
