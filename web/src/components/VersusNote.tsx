import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { statusQuery } from '../api/queries';
import type { Summary } from '../api/types';
import type { Change } from '../lib/compare';
import { formatMoment } from '../lib/format';
import { useZone } from '../lib/zone';
import { Versus } from './Versus';

interface Props {
  data: Summary | undefined;
  change: Change | undefined;
  of?: ReactNode; // what the number is of
  explained?: string;
}

/** What a number is of, and how it compares with the period before. */
export function VersusNote({ data, change, of, explained }: Props) {
  const zone = useZone();
  const oldest = useQuery(statusQuery).data?.oldest_run_at;
  if (!data) return <div>&nbsp;</div>;
  const { since, until, runs } = data.before;
  const isWhole = oldest !== undefined && oldest !== null && Date.parse(oldest) <= Date.parse(since);
  const span = `The period before: ${formatMoment(new Date(since), zone)} to ${formatMoment(new Date(until), zone)}`;
  return (
    <>
      {of && <div title={explained}>{of}</div>}
      <div data-testid="versus">
        {runs > 0 && isWhole && change ? (
          <Versus change={change} title={span} />
        ) : (
          <span title={span}>{runs === 0 ? 'no runs in the period before' : 'no full period before'}</span>
        )}
      </div>
    </>
  );
}
