import { Dropdown, DropdownList, MenuToggle } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';

interface Props {
  label: string; // what a screen reader says of the button
  icon: ReactNode;
  text?: string; // beside the icon
  className?: string;
  children: ReactNode; // DropdownItems, each with an `onClick`
}

/** A menu of the page's head, from which one thing is chosen. */
export function HeaderMenu({ label, icon, text, className, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      shouldFocusFirstItemOnOpen
      shouldFocusToggleOnSelect
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant={text ? 'plainText' : 'plain'}
          className={className}
          aria-label={label}
          icon={icon}
          isExpanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {text}
        </MenuToggle>
      )}
    >
      <DropdownList>{children}</DropdownList>
    </Dropdown>
  );
}
