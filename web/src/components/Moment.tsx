import { formatAgo, formatMoment, formatUtc } from '../lib/format';
import { useNow } from '../lib/hooks';
import { useZone } from '../lib/zone';

interface Props {
  at: string; // RFC 3339
  relative?: boolean; // "3 min ago", with the moment itself on hover
  seconds?: boolean;
}

/** A moment in the zone that the page shows; the viewer's zone and UTC on hover. */
export function Moment({ at, relative = false, seconds = false }: Props) {
  const zone = useZone();
  const moment = new Date(at);
  const title = `${formatMoment(moment, 'local', true)} local time\n${formatUtc(moment)}`;
  return (
    <time dateTime={at} title={title} className="gh-nowrap">
      {relative ? <Ago moment={moment} /> : formatMoment(moment, zone, seconds)}
    </time>
  );
}

function Ago({ moment }: { moment: Date }) {
  return formatAgo(moment, useNow());
}
