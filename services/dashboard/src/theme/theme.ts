export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'wattmesh.theme';
const watchers = new Set<() => void>();

export function readTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

/** Sets the theme on the page and keeps it for the next visit; `system` follows the device. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') {
    delete document.documentElement.dataset['theme'];
    localStorage.removeItem(KEY);
  } else {
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(KEY, theme);
  }
  for (const tell of watchers) tell();
}

/** Calls when the colours change, by choice or because the device turned dark; answers how to stop. */
export function watchTheme(tell: () => void): () => void {
  const device = matchMedia('(prefers-color-scheme: dark)');
  watchers.add(tell);
  device.addEventListener('change', tell);
  return () => {
    watchers.delete(tell);
    device.removeEventListener('change', tell);
  };
}

/** `light` or `dark` as it is now, whoever decided. */
export function shownTheme(): 'light' | 'dark' {
  const theme = readTheme();
  if (theme !== 'system') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Value of a custom property as it is now, for what draws on a canvas. */
export function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
