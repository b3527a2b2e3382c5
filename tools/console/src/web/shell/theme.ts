/** How the page is lit; `system` follows the machine. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'hotpath-theme'
const themes: readonly Theme[] = ['system', 'light', 'dark']

/** What was chosen on this machine; storage may be forbidden. */
export function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(key)
    return themes.find((theme) => theme === kept) ?? 'system'
  } catch {
    return 'system'
  }
}

/** Lights the page, and keeps the choice. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // It holds until the page is closed.
  }
  dispatchEvent(new Event('hotpath-theme'))
}

/** What comes after `theme` when it is switched. */
export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
}

/** Calls `listener` whenever the colours of the page may have changed; the answer ends that. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', listener)
  addEventListener('hotpath-theme', listener)
  return () => {
    system.removeEventListener('change', listener)
    removeEventListener('hotpath-theme', listener)
  }
}
