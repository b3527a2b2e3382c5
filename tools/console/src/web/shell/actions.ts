import { paths } from '@hotpath/core'
import { saveJson, shownAnswers } from './export.ts'

/** Saves what the screen at `location` shows, with the moment and the address. */
export function exportScreen(location: string): void {
  const at = new Date().toISOString()
  const name = location === '/' ? 'overview' : location.slice(1).replaceAll('/', '-')
  saveJson(`hotpath-${name}-${at.slice(0, 19).replaceAll(':', '')}.json`, {
    address: window.location.href,
    at,
    answers: shownAnswers([paths.whoami]),
  })
}

/** Why the address cannot be copied; empty where it can: browsers allow it over HTTPS and on this machine only. */
export function whyNoCopy(): string {
  return 'clipboard' in navigator ? '' : 'The browser copies over HTTPS only; the address bar holds the same.'
}

/** Copies the address, its time range included. */
export function copyLink(): Promise<void> {
  return navigator.clipboard.writeText(window.location.href)
}
