import {
  type Beacon,
  type BeaconView,
  type Budget,
  type Clock,
  type NavigationKind,
  type SlowView,
  type VitalName,
  vitalNames,
  type Vitals,
} from '@hotpath/core'
import type { Family } from '../exposition.ts'
import { otherRoute } from '../label-sets.ts'
import { createStepRing } from '../step-ring.ts'
import { createIntakeCounts, type Refusal } from './intake-counts.ts'
import { createOffenders } from './offenders.ts'
import { readBeacon } from './read-beacon.ts'
import { createSlowViews } from './slow-views.ts'
import { createVitalTotals } from './vital-totals.ts'
import { valueBounds } from './value-window.ts'
import { createViewSets, kindOf } from './view-sets.ts'
import { addView, type BoundsByVital, createHour, createViewStep, emptyStep, hourly } from './view-step.ts'
import { reportOf } from './vitals-report.ts'
import { shareVitals, type VitalsShare } from './vitals-share.ts'
import { type CollectedVitals, collectVitals, shareTile, type VitalsTileShare } from './vitals-tile.ts'

export interface VitalsOptions {
  /** Templates of the pages; what browsers say of others is counted as `other`. */
  routes: readonly string[]
  /** Share of the beacons that is counted. @default 1 */
  sample?: number
  /** Targets for vitals (`LCP p75 < 2.5s`). @default none */
  targets?: readonly Budget[]
  /** Hears of views whose browser named a trace of the server. @default nobody */
  join?: (trace: string, page: BrowserPage) => void
  clock: Clock
  /** From 0 up to 1. @default Math.random */
  random?: () => number
}

/** A view, as its browser told it. Milliseconds; what was not told is null. */
export interface BrowserPage {
  route: string
  at: number
  lcpMs: number | null
  inpMs: number | null
  ttfbMs: number | null
  cls: number | null
}

/** What became of a text that was sent as a beacon. */
export type Receipt = 'accepted' | 'sampled' | 'malformed'

/** What visitors experienced, aggregated as it arrives: nothing of a single visitor is kept. */
export interface BrowserVitals {
  receive(text: string): Receipt
  /** Counts what never came so far as to be read. */
  refuse(refusal: Refusal): void
  /** What this process was told, and those whose shares are given. */
  report(others?: readonly VitalsShare[]): Omit<Vitals, 'worker'>
  /** What this process adds to a report of several. */
  share(): VitalsShare
  /** What the overview shows of it, likewise. */
  overview(others?: readonly VitalsTileShare[]): CollectedVitals
  overviewShare(): VitalsTileShare
  families(): Family[]
}

/** Sets apart by route, device and connection; with all hours full they take 12 MB. */
const mostSets = 256
const recentSteps = { stepMs: 5_000, size: 128 }

/** Takes beacons in. Its memory is bounded, whatever is sent. */
export function createVitals(options: VitalsOptions): BrowserVitals {
  const { sample = 1, targets = [], join, clock, random = Math.random } = options
  const routes = new Set(options.routes.filter((route) => route !== otherRoute))
  const bounds = boundsFor(targets)
  const sets = createViewSets(mostSets)
  /** All routes: LCP, FCP and TTFB of page loads, INP and CLS of all views. */
  const recent = createStepRing({ ...recentSteps, create: createViewStep, empty: emptyStep })
  const overall = createHour()
  const navigations = createStepRing<Map<NavigationKind, number>>({
    ...hourly,
    create: () => new Map(),
    empty: (step) => step.clear(),
  })
  const offenders = createOffenders()
  const slow = createSlowViews()
  const totals = createVitalTotals(targets)
  const intake = createIntakeCounts()

  function count(view: BeaconView, { device, connection }: Beacon, now: number): void {
    const { route, navigation, vitals } = view
    const kind = kindOf(navigation)
    addView(sets.find({ route, kind, device, connection }).hour.at(now), vitals, bounds)
    const step = navigations.at(now)
    step.set(navigation, (step.get(navigation) ?? 0) + 1)
    offenders.add(view, now)
    totals.add(view)
    const shared = kind === 'load' ? vitals : withoutLoading(vitals)
    addView(overall.at(now), shared, bounds)
    addView(recent.at(now), shared, bounds)
    if (kind === 'load' && vitals.LCP !== undefined) slow.add(slowView(view, { device, connection }, now))
    if (view.server?.trace !== undefined) join?.(view.server.trace, pageOf(view, now))
  }

  const share = () =>
    shareVitals(
      { bounds, sets: sets.all(), overall, navigations, offenders, slow, intake: intake.figures() },
      clock(),
    )
  const tileShare = () => shareTile({ recent, overall, bounds }, clock())

  return {
    receive(text) {
      if (sample < 1 && random() >= sample) return intake.count('sampled')
      const read = readBeacon(text, routes)
      if (!read) return intake.count('malformed')
      const now = clock()
      for (const view of read.beacon.views) count(view, read.beacon, now)
      intake.countUnknownRoutes(read.unknownRoutes)
      return intake.count('accepted')
    },
    refuse: (refusal) => void intake.count(refusal),
    report: (others = []) => reportOf([share(), ...others], { now: clock(), bounds, targets }),
    share,
    overview: (others = []) => collectVitals([tileShare(), ...others], bounds),
    overviewShare: tileShare,
    families: () => [...totals.families(), intake.family()],
  }
}

function slowView(
  { route, vitals, server = {} }: BeaconView,
  visitor: Pick<Beacon, 'device' | 'connection'>,
  at: number,
): SlowView {
  const { LCP = 0, TTFB = null } = vitals
  const { trace = null, cache = null, databaseMs = null } = server
  return { at, route, ...visitor, lcpMs: LCP, ttfbMs: TTFB, trace, cache, databaseMs }
}

function pageOf({ route, vitals }: BeaconView, at: number): BrowserPage {
  const { LCP = null, INP = null, TTFB = null, CLS = null } = vitals
  return { route, at, lcpMs: LCP, inpMs: INP, ttfbMs: TTFB, cls: CLS }
}

/** A view that nothing was loaded for: it reacts and holds still like any other. */
function withoutLoading({ INP, CLS }: BeaconView['vitals']): BeaconView['vitals'] {
  return { ...(INP !== undefined && { INP }), ...(CLS !== undefined && { CLS }) }
}

function boundsFor(targets: readonly Budget[]): BoundsByVital {
  const boundsOf = (vital: VitalName) =>
    valueBounds(
      vital,
      targets.filter(({ metric }) => metric === vital).map(({ bound }) => bound),
    )
  return Object.fromEntries(vitalNames.map((vital) => [vital, boundsOf(vital)])) as Record<
    VitalName,
    Float64Array
  >
}
