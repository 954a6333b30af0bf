import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import type { Place } from '../../lib/found';
import { afterHour, windowOf } from '../../lib/period';
import { useLinkTo } from '../../lib/useView';
import { readView } from '../../lib/viewState';

/** The address of a place: with the present period, unless that ends before or begins after what happened there last. */
export function usePlaceLink(): (place: Place) => string {
  const [params] = useSearchParams();
  const linkTo = useLinkTo();
  return useCallback(
    ({ to, at }: Place) => {
      if (!at) return linkTo(to);
      const newest = new Date(at);
      const { from, until } = windowOf(readView(params), new Date(), 'job');
      if (newest >= from && newest < until) return linkTo(to);
      return linkTo(to, { end: afterHour(newest).toISOString().replace('.000Z', 'Z') });
    },
    [params, linkTo],
  );
}
