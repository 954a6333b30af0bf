import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useNow } from '../../lib/hooks';
import { type OverviewState, patched, readOverview, writeOverview } from '../../lib/overviewState';
import { type Window, windowOf } from '../../lib/period';

export type Update = (patch: Partial<OverviewState>, replace?: boolean) => void;

export interface Overview {
  state: OverviewState;
  window: Window;
  update: Update; // replace: without a step in the browser's history
}

/** The overview's state, held by the URL alone. */
export function useOverview(): Overview {
  const [params, setParams] = useSearchParams();
  const now = useNow();
  const state = useMemo(() => readOverview(params), [params]);
  const window = useMemo(() => windowOf(state, now), [state, now]);
  const update = useCallback<Update>(
    (patch, replace = false) =>
      setParams((current) => writeOverview(patched(readOverview(current), patch)), {
        replace,
        preventScrollReset: true,
      }),
    [setParams],
  );
  return { state, window, update };
}
