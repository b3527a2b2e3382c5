import type { BudgetVerdict } from '../budget.ts'
import type { ConnectionClass, DeviceClass, NavigationKind, VitalName } from './beacon.ts'
import type { FleetShare, Worker } from './worker.ts'

export type VitalVerdict = 'good' | 'needs improvement' | 'poor'

/** Up to the first figure a vital is good, above the second it is poor (web.dev/articles/vitals). Milliseconds; CLS is a plain number. */
export const vitalBounds = {
  LCP: [2_500, 4_000],
  INP: [200, 500],
  CLS: [0.1, 0.25],
  FCP: [1_800, 3_000],
  TTFB: [800, 1_800],
} as const satisfies Record<VitalName, readonly [good: number, poor: number]>

/** One vital over the last hour, of at least one view. In milliseconds; CLS is a plain number. */
export interface VitalFigures {
  /** How many views told it. */
  count: number
  /** 75th percentile, by which it is judged. */
  p75: number
  /** The same of the last five to ten minutes; null when nobody told it. */
  current: number | null
  mean: number
  min: number
  max: number
  /** Shares of the views; together 1, exact. */
  good: number
  needs: number
  poor: number
  verdict: VitalVerdict
}

export type VitalsByName = Partial<Record<VitalName, VitalFigures>>

/** Whether a page was loaded (or came back from the back/forward cache), or changed its address without loading. */
export type ViewKind = 'load' | 'soft'

/** The views of one route. */
export interface VitalsOfRoute {
  /** A declared template, or `other`. */
  route: string
  kind: ViewKind
  /** Views that told anything. */
  views: number
  vitals: VitalsByName
}

/** The same, apart by device and connection. */
export interface VitalsRow extends VitalsOfRoute {
  device: DeviceClass
  connection: ConnectionClass
}

/** What was painted last, reacted slowest or moved most, and how often it was that. */
export interface VitalElement {
  route: string
  vital: 'LCP' | 'INP' | 'CLS'
  /** A CSS selector, figures in it replaced by `*`. */
  selector: string
  count: number
  /** Of the vital, over the views in which it was this element. */
  mean: number
  worst: number
  /** INP: the file whose script ran longest, where the browser told it last; empty otherwise. */
  script: string
}

/** Tasks over 50 ms that kept pages from reacting. */
export interface LongTasks {
  route: string
  count: number
  totalMs: number
  longestMs: number
}

/** Uncaught errors of one kind from one file. */
export interface BrowserError {
  route: string
  name: string
  /** Empty where browsers keep it to themselves. */
  file: string
  count: number
  /** Milliseconds since 1970. */
  lastAt: number
}

/** A slow page load, with what the server said of it. */
export interface SlowView {
  at: number
  route: string
  device: DeviceClass
  connection: ConnectionClass
  lcpMs: number
  ttfbMs: number | null
  /** The server's trace (paths.traces?id=); null where it did not tell one. */
  trace: string | null
  /** What the HTTP cache did: `hit`, `miss`, …; null where it was not told. */
  cache: string | null
  databaseMs: number | null
}

/** What became of the beacons since the start. */
export interface IntakeFigures {
  accepted: number
  /** Left out by the sampling rate. */
  sampled: number
  /** No beacon, or of another version. */
  malformed: number
  tooLarge: number
  /** From another site. */
  foreign: number
  /** Over the limit of an address. */
  limited: number
  /** Routes that the application did not declare, counted as `other`. */
  unknownRoutes: number
}

/** What visitors experienced in the last hour, as their browsers told the application; GET /_hotpath/api/vitals. */
export interface Vitals {
  worker: Worker
  /** The processes that it is put together from; missing where one stands alone. */
  fleet?: FleetShare
  now: number
  /** Length of what the figures cover, in milliseconds. */
  windowMs: number
  /** False where the application takes no beacons. */
  enabled: boolean
  /** All routes: LCP, FCP and TTFB of page loads, INP and CLS of all views. */
  all: VitalsByName
  /** Targets for vitals, held against `all`. */
  targets: { text: string; verdict: BudgetVerdict; value: number | null }[]
  /** Most views first. */
  routes: VitalsOfRoute[]
  /** Most views first. */
  rows: VitalsRow[]
  /** How views came to be, most first. */
  navigations: { navigation: NavigationKind; count: number }[]
  /** Most often first, at most 50. */
  elements: VitalElement[]
  tasks: LongTasks[]
  errors: BrowserError[]
  /** The slowest page loads first, at most 20. */
  slowest: SlowView[]
  intake: IntakeFigures
}
