import { formatAgo, formatLocal, formatUtc } from '../lib/format';
import { useNow } from '../lib/hooks';

interface Props {
  at: string; // RFC 3339
  relative?: boolean; // "3 min ago", with the moment itself on hover
  seconds?: boolean;
}

/** A moment in the viewer's zone; UTC on hover. */
export function Moment({ at, relative = false, seconds = false }: Props) {
  const moment = new Date(at);
  return (
    <time dateTime={at} title={`${formatLocal(moment, true)} local time\n${formatUtc(moment)}`} className="gh-nowrap">
      {relative ? <Ago moment={moment} /> : formatLocal(moment, seconds)}
    </time>
  );
}

function Ago({ moment }: { moment: Date }) {
  return formatAgo(moment, useNow());
}
