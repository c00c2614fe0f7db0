import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { MoonIcon } from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import { SunIcon } from '@patternfly/react-icons/dist/esm/icons/sun-icon';
import { type ReactNode, useState } from 'react';
import { applyTheme, storedTheme, type Theme } from '../lib/theme';

export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const choose = (chosen: Theme) => (_event: unknown, selected: boolean) => {
    const next = selected ? chosen : 'system';
    applyTheme(next);
    setTheme(next);
  };
  return (
    <ToggleGroup aria-label="Theme">
      <ToggleGroupItem icon={<SunIcon />} aria-label="Light theme" isSelected={theme === 'light'} onChange={choose('light')} />
      <ToggleGroupItem icon={<MoonIcon />} aria-label="Dark theme" isSelected={theme === 'dark'} onChange={choose('dark')} />
    </ToggleGroup>
  );
}
