import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { statusQuery } from '../api/queries';
import type { Summary } from '../api/types';
import type { Change } from '../lib/compare';
import { formatMoment } from '../lib/format';
import { useZone } from '../lib/zone';
import type { CountTone } from './CountBar';
import { Tile } from './Tile';
import { Versus } from './Versus';

type Runs = Summary['current'];

interface Props {
  data: Summary | undefined; // undefined while it is waited for
  name: string; // for tests: tile-<name>
  label: string;
  value: (runs: Runs) => ReactNode;
  change: (current: Runs, before: Runs) => Change | undefined;
  of?: (runs: Runs) => ReactNode; // what the number is of
  explained?: string;
  tone?: CountTone;
  className?: string;
  children?: ReactNode; // beside the number
}

/** One number of a period's runs, and how it compares with that of the period before. */
export function VersusTile({ data, name, label, value, change, of, explained, tone, className, children }: Props) {
  return (
    <Tile
      name={`tile-${name}`}
      label={label}
      tone={tone}
      className={className}
      value={data && value(data.current)}
      note={
        data ? (
          <>
            {of && <div title={explained}>{of(data.current)}</div>}
            <Before data={data} change={change(data.current, data.before)} />
          </>
        ) : (
          <div>&nbsp;</div>
        )
      }
    >
      {children}
    </Tile>
  );
}

function Before({ data, change }: { data: Summary; change: Change | undefined }) {
  const zone = useZone();
  const oldest = useQuery(statusQuery).data?.oldest_run_at;
  const { since, until, runs } = data.before;
  const isWhole = oldest !== undefined && oldest !== null && Date.parse(oldest) <= Date.parse(since);
  const span = `The period before: ${formatMoment(new Date(since), zone)} to ${formatMoment(new Date(until), zone)}`;
  return (
    <div data-testid="versus">
      {runs > 0 && isWhole && change ? (
        <Versus change={change} title={span} />
      ) : (
        <span title={span}>{runs === 0 ? 'no runs in the period before' : 'no full period before'}</span>
      )}
    </div>
  );
}
