/**
 * What a page sends to POST /.hotpath/rum, as JSON in text/plain: at most `beaconLimits.bytes`. It names no person,
 * no address and no query, and each figure of a view is sent once.
 */
export interface Beacon {
  version: typeof beaconVersion
  device: DeviceClass
  connection: ConnectionClass
  views: BeaconView[]
}

/** Beacons of another version are not read. */
export const beaconVersion = 1

/** Times are milliseconds; CLS is a plain number. */
export const vitalNames = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const
export type VitalName = (typeof vitalNames)[number]

/** `unknown` is what is none of the others. */
export const deviceClasses = ['phone', 'tablet', 'desktop', 'unknown'] as const
export type DeviceClass = (typeof deviceClasses)[number]

/** As the Network Information API tells `effectiveType`; `unknown` where the browser does not say. */
export const connectionClasses = ['slow-2g', '2g', '3g', '4g', 'unknown'] as const
export type ConnectionClass = (typeof connectionClasses)[number]

/** How a view came to be; a soft navigation changes the address without loading a page. */
export const navigationKinds = [
  'navigate',
  'reload',
  'back-forward',
  'back-forward-cache',
  'prerender',
  'restore',
  'soft-navigation',
] as const
export type NavigationKind = (typeof navigationKinds)[number]

/** What was measured while one route was shown; only what has not been sent before. */
export interface BeaconView {
  /** The template: `/ballots/:id`, never the address itself. */
  route: string
  navigation: NavigationKind
  vitals: Partial<Record<VitalName, number>>
  /** Selectors of what was painted last, reacted slowest or moved most. */
  elements?: Partial<Record<'LCP' | 'INP' | 'CLS', string>>
  /** The file whose script ran longest during the slowest interaction (Long Animation Frames). */
  script?: string
  /** Tasks over 50 ms. */
  tasks?: { count: number; totalMs: number; longestMs: number }
  /** Uncaught errors, by kind and file; messages may hold data and stay where they are. */
  errors?: BeaconError[]
  /** What Server-Timing said of the answer that was waited for longest before the largest paint: the document, or data. */
  server?: { trace?: string; cache?: string; databaseMs?: number }
}

export interface BeaconError {
  /** `TypeError` */
  name: string
  /** The path of the file, without host and query; empty where the browser keeps it to itself. */
  file: string
  count: number
}

/** What a beacon may hold at most; the sender keeps to it, and the intake reads no further. */
export const beaconLimits = {
  bytes: 16 * 1024,
  views: 20,
  errors: 10,
  /** Characters of a selector, a file or a route. */
  text: 120,
} as const
