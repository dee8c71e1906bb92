// Light or dark: as the system has it, unless the reader says otherwise in this browser.

export const THEMES = { system: 'As the system', light: 'Light', dark: 'Dark' };
export type Theme = keyof typeof THEMES;

const KEY = 'theme';

/** Storage may be switched off: then it is as the system has it. */
export function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY) ?? '';
    return Object.hasOwn(THEMES, kept) ? (kept as Theme) : 'system';
  } catch {
    return 'system';
  }
}

export function writeTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // It holds for as long as this page is open.
  }
  showTheme(theme);
}

export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
