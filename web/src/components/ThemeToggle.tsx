import { DropdownItem } from '@patternfly/react-core';
import DesktopIcon from '@patternfly/react-icons/dist/dynamic/icons/desktop-icon';
import MoonIcon from '@patternfly/react-icons/dist/dynamic/icons/moon-icon';
import SunIcon from '@patternfly/react-icons/dist/dynamic/icons/sun-icon';
import { useState } from 'react';
import { chooseTheme, chosenTheme, type Theme } from '../lib/theme';
import { HeaderMenu } from './HeaderMenu';

const THEMES: readonly { theme: Theme; label: string; Icon: typeof SunIcon }[] = [
  { theme: 'light', label: 'Light', Icon: SunIcon },
  { theme: 'dark', label: 'Dark', Icon: MoonIcon },
  { theme: 'system', label: 'As the system', Icon: DesktopIcon },
];

export function ThemeToggle() {
  const [chosen, setChosen] = useState(chosenTheme);
  const Icon = THEMES.find(({ theme }) => theme === chosen)?.Icon ?? DesktopIcon;
  const choose = (theme: Theme) => {
    chooseTheme(theme);
    setChosen(theme);
  };
  return (
    <HeaderMenu label="Colour theme" icon={<Icon />}>
      {THEMES.map(({ theme, label, Icon }) => (
        <DropdownItem key={theme} icon={<Icon />} isSelected={theme === chosen} onClick={() => choose(theme)}>
          {label}
        </DropdownItem>
      ))}
    </HeaderMenu>
  );
}
