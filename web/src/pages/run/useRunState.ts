import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type RunState, readRun, writeRun } from '../../lib/runState';

export type UpdateRun = (patch: Partial<RunState>, replace?: boolean) => void;

/** The state of the run's page, held by the URL alone. */
export function useRunState(): { state: RunState; update: UpdateRun } {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readRun(params), [params]);
  const update = useCallback<UpdateRun>(
    (patch, replace = false) =>
      setParams((current) => writeRun({ ...readRun(current), ...patch }), { replace, preventScrollReset: true }),
    [setParams],
  );
  return { state, update };
}
