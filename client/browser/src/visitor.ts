import type { ConnectionClass, DeviceClass } from '@hotpath/core/beacon'

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
