import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { statusQuery } from '../api/queries';
import type { Summary } from '../api/types';
import type { Change } from '../lib/compare';
import { formatMoment } from '../lib/format';
import { useZone } from '../lib/zone';
import type { CountTone } from './CountBar';
import { Like } from './Like';
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
  like?: { of: string; change: string }; // texts as long as those that are waited for
  explained?: string;
  tone?: CountTone;
  className?: string;
  children?: ReactNode; // beside the number
}

const SHORT = { of: 'x,xxx of them', change: 'as many as before' };

/** One number of a period's runs, and how it compares with that of the period before. */
export function VersusTile({
  data,
  name,
  label,
  value,
  change,
  of,
  explained,
  tone,
  className,
  children,
  like = SHORT,
}: Props) {
  return (
    <Tile
      name={`tile-${name}`}
      label={label}
      tone={tone}
      className={className}
      value={data && value(data.current)}
      note={
        <>
          {of && <div title={explained}>{(data && of(data.current)) || <Like>{like.of}</Like>}</div>}
          {data ? <Before data={data} change={change(data.current, data.before)} /> : <Like>{like.change}</Like>}
        </>
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
