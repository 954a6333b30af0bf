import { DropdownItem } from '@patternfly/react-core';
import ClockIcon from '@patternfly/react-icons/dist/dynamic/icons/clock-icon';
import type { Zone } from '../lib/zone';
import { HeaderMenu } from './HeaderMenu';

interface Props {
  zone: Zone;
  onChoose: (zone: Zone) => void;
}

const WORDS: Record<Zone, string> = { local: 'Local', utc: 'UTC' };

/** Which zone's clock the pages show. */
export function ZoneToggle({ zone, onChoose }: Props) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <HeaderMenu label={`Times: ${WORDS[zone]}`} icon={<ClockIcon />} text={WORDS[zone]} className="gh-zone">
      <DropdownItem description={own} isSelected={zone === 'local'} onClick={() => onChoose('local')}>
        Local time
      </DropdownItem>
      <DropdownItem isSelected={zone === 'utc'} onClick={() => onChoose('utc')}>
        UTC
      </DropdownItem>
    </HeaderMenu>
  );
}
