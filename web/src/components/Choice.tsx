import { MenuToggle, Select, SelectList, SelectOption } from '@patternfly/react-core';
import { useState } from 'react';

interface Props {
  name: string; // what is chosen, as "Period"
  shown: string; // the present choice in words
  value: string;
  options: readonly { value: string; label: string }[];
  onChoose: (value: string) => void;
}

/** A choice of one from a list. */
export function Choice({ name, shown, value, options, onChoose }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={setOpen}
      selected={value}
      onSelect={(_event, chosen) => {
        setOpen(false);
        onChoose(String(chosen));
      }}
      isScrollable
      maxMenuHeight="20rem"
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={`${name}: ${shown}`}>
          <span className="gh-toggle-name">{name}</span> {shown}
        </MenuToggle>
      )}
    >
      <SelectList aria-label={name}>
        {options.map((option) => (
          <SelectOption key={option.value} value={option.value}>
            {option.label}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
