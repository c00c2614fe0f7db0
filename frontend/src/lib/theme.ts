/** Light, dark, or as the system has it. */

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'slipway.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');

export function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function applyTheme(theme: Theme = storedTheme()): void {
  localStorage.setItem(KEY, theme);
  const dark = theme === 'dark' || (theme === 'system' && system.matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
}

system.addEventListener('change', () => applyTheme());
