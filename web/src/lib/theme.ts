/** Light, dark, or what the system says. index.html applies the choice before the first paint; this does it later on. */

export type Theme = 'light' | 'dark' | 'system';

const STORED_AS = 'gatehealth-theme';
const DARK_CLASS = 'pf-v6-theme-dark';
const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)');

export function chosenTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system'; // storage can be switched off
  }
}

export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(STORED_AS);
    else localStorage.setItem(STORED_AS, theme);
  } catch {
    // The choice then holds until the page is left.
  }
  applyTheme(theme);
}

export function isDark(): boolean {
  return document.documentElement.classList.contains(DARK_CLASS);
}

function applyTheme(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && systemIsDark().matches);
  document.documentElement.classList.toggle(DARK_CLASS, dark);
}

/** Follows the system's switch while the choice is "system". Returns what stops it. */
export function followSystemTheme(): () => void {
  const query = systemIsDark();
  const follow = () => applyTheme(chosenTheme());
  query.addEventListener('change', follow);
  return () => query.removeEventListener('change', follow);
}

/** Calls back whenever the page turns light or dark. Returns what stops it. */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
