import type { BeaconView, ConnectionClass, DeviceClass } from '@hotpath/core/beacon'

interface Connection {
  saveData?: boolean
  effectiveType?: ConnectionClass
}

const connection = (): Connection => (navigator as { connection?: Connection }).connection ?? {}

/** Phones and tablets are pointed at with a finger; a tablet is wider than any hand. */
export function deviceOf(): DeviceClass {
  if (!matchMedia('(pointer: coarse)').matches) return 'desktop'
  return Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet'
}

export const connectionOf = (): ConnectionClass => connection().effectiveType ?? 'unknown'

/** Who saves data, or asks not to be observed (Do Not Track, Global Privacy Control), reports nothing. */
export function mayReport(): boolean {
  const { doNotTrack, globalPrivacyControl } = navigator as {
    doNotTrack?: string | null
    globalPrivacyControl?: boolean
  }
  return !connection().saveData && doNotTrack !== '1' && !globalPrivacyControl
}

/** What Server-Timing said of the document: where the answer came from, and the trace by which it is found again. */
export function serverOf(): BeaconView['server'] {
  const [navigation] = performance.getEntriesByType('navigation')
  const said = new Map((navigation?.serverTiming ?? []).map((entry) => [entry.name, entry]))
  const [trace, cache, database] = [said.get('trace'), said.get('cache'), said.get('db')]
  if (!trace && !cache && !database) return undefined
  return {
    ...(trace && { trace: trace.description }),
    ...(cache && { cache: cache.description }),
    ...(database && { databaseMs: database.duration }),
  }
}
