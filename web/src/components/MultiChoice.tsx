import {
  Badge,
  Divider,
  MenuSearch,
  MenuSearchInput,
  MenuToggle,
  SearchInput,
  Select,
  SelectList,
  SelectOption,
} from '@patternfly/react-core';
import { useState } from 'react';
import { plural } from '../lib/format';

interface Props {
  name: string;
  chosen: readonly string[];
  values: readonly string[]; // what there is to choose from, most used first
  onChange: (chosen: string[]) => void;
}

const MAX_SHOWN = 100; // further ones are found by typing

/** A choice of any number of values, with a field to find them. */
export function MultiChoice({ name, chosen, values, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const all = [...chosen.filter((value) => !values.includes(value)), ...values];
  const found = all.filter((value) => value.toLowerCase().includes(text.trim().toLowerCase()));
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  const openOrClose = (open: boolean) => {
    setOpen(open);
    if (!open) setText('');
  };
  return (
    <Select
      role="menu"
      isOpen={isOpen}
      onOpenChange={openOrClose}
      onSelect={(_event, value) => toggle(String(value))}
      isScrollable
      maxMenuHeight="22rem"
      shouldFocusToggleOnSelect={false}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          isExpanded={isOpen}
          onClick={() => openOrClose(!isOpen)}
          badge={chosen.length > 0 ? <Badge>{chosen.length}</Badge> : undefined}
        >
          {name}
        </MenuToggle>
      )}
    >
      <MenuSearch>
        <MenuSearchInput>
          <SearchInput
            aria-label={`Find a ${name.toLowerCase()}`}
            placeholder={`Find a ${name.toLowerCase()}`}
            value={text}
            onChange={(_event, value) => setText(value)}
            onClear={() => setText('')}
          />
        </MenuSearchInput>
      </MenuSearch>
      <Divider />
      <SelectList aria-label={name}>
        {found.slice(0, MAX_SHOWN).map((value) => (
          <SelectOption key={value} value={value} hasCheckbox isSelected={chosen.includes(value)}>
            <span className="gh-break">{value}</span>
          </SelectOption>
        ))}
        {found.length > MAX_SHOWN && (
          <SelectOption key="more" isDisabled>
            {plural(found.length - MAX_SHOWN, 'more value')}: type to find
          </SelectOption>
        )}
        {found.length === 0 && (
          <SelectOption key="none" isDisabled>
            {text ? `No ${name.toLowerCase()} contains this` : `No ${name.toLowerCase()} in this period`}
          </SelectOption>
        )}
      </SelectList>
    </Select>
  );
}
