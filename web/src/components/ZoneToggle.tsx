import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import ClockIcon from '@patternfly/react-icons/dist/dynamic/icons/clock-icon';
import { useState } from 'react';
import type { Zone } from '../lib/zone';

interface Props {
  zone: Zone;
  onChoose: (zone: Zone) => void;
}

const WORDS: Record<Zone, string> = { local: 'Local', utc: 'UTC' };

/** Which zone's clock the pages show. */
export function ZoneToggle({ zone, onChoose }: Props) {
  const [isOpen, setOpen] = useState(false);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const choose = (next: Zone) => {
    onChoose(next);
    setOpen(false);
  };
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      shouldFocusFirstItemOnOpen
      shouldFocusToggleOnSelect
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plainText"
          className="gh-zone"
          aria-label={`Times: ${WORDS[zone]}`}
          icon={<ClockIcon />}
          isExpanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {WORDS[zone]}
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem description={own} isSelected={zone === 'local'} onClick={() => choose('local')}>
          Local time
        </DropdownItem>
        <DropdownItem isSelected={zone === 'utc'} onClick={() => choose('utc')}>
          UTC
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
