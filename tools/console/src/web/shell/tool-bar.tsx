import { useState } from 'react'
import { useLocation } from 'wouter'
import { copyLink, exportScreen, whyNoCopy } from './actions.ts'
import { RangePicker } from './range-picker.tsx'
import { applyTheme, nextTheme, readTheme, type Theme } from './theme.ts'
import styles from './tool-bar.module.css'

interface ToolBarProps {
  /** Whether the screen depends on the time range. */
  ranged: boolean
  onPalette: () => void
}

const themeWords: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' }

/** What can be done on every screen: choose the time, find another screen, hand on what is seen. */
export function ToolBar({ ranged, onPalette }: ToolBarProps) {
  const [location] = useLocation()
  const [theme, setTheme] = useState(readTheme)
  const [copied, setCopied] = useState(false)
  const whyNot = whyNoCopy()
  const switchTheme = () => {
    const next = nextTheme(theme)
    applyTheme(next)
    setTheme(next)
  }
  return (
    <div className={styles.bar} role="toolbar" aria-label="This screen">
      {ranged ? <RangePicker /> : <span className={styles.space} />}
      <button type="button" className={styles.find} onClick={onPalette}>
        Find <kbd>Ctrl K</kbd>
      </button>
      <button
        type="button"
        className={`${styles.tool} ${styles.rare}`}
        disabled={whyNot !== ''}
        title={whyNot}
        onClick={() => void copyLink().then(() => setCopied(true))}
        onBlur={() => setCopied(false)}
      >
        {copied ? 'Copied' : 'Copy link'}
      </button>
      <button
        type="button"
        className={`${styles.tool} ${styles.rare}`}
        onClick={() => exportScreen(location)}
      >
        Export JSON
      </button>
      <button type="button" className={styles.tool} onClick={switchTheme}>
        <span className={styles.word}>Theme</span>
        <span className="visually-hidden">: {themeWords[theme]}</span>
        <ThemeIcon theme={theme} />
      </button>
    </div>
  )
}

const themeShapes: Record<Theme, string> = {
  system: 'M8 2a6 6 0 0 0 0 12Z',
  light: '',
  dark: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2Z',
}

function ThemeIcon({ theme }: { theme: Theme }) {
  return (
    <svg className={styles.icon} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" />
      <path d={themeShapes[theme]} />
    </svg>
  )
}
