import {
  addCount,
  type BrowserError,
  type IntakeFigures,
  type LongTasks,
  type NavigationKind,
  type SlowView,
  sumBy,
  type Vitals,
} from '@hotpath/core'
import { type StepRing, stepsBetween } from '../step-ring.ts'
import type { ElementTally, Offenders } from './offenders.ts'
import { type SlowViews, slowestOf } from './slow-views.ts'
import type { ViewLabels, ViewSet } from './view-sets.ts'
import {
  type BoundsByVital,
  hourly,
  type PlainStep,
  plainStep,
  sumSteps,
  type ViewStep,
  wholeStep,
} from './view-step.ts'

/** An hour of views, and its end. */
export interface Hour<Step = ViewStep> {
  whole: Step
  latest: Step
}

type Navigations = Vitals['navigations']

/** What one process was told in the last hour: plain data, in bounded number. */
export interface VitalsShare {
  overall: Hour<PlainStep>
  sets: (ViewLabels & Hour<PlainStep>)[]
  navigations: Navigations
  elements: ElementTally[]
  tasks: LongTasks[]
  errors: BrowserError[]
  slowest: SlowView[]
  intake: IntakeFigures
}

/** The same of several processes, put together. */
export interface WholeVitals extends Omit<VitalsShare, 'overall' | 'sets'> {
  overall: Hour
  sets: (ViewLabels & Hour)[]
}

export interface ToldVitals {
  bounds: BoundsByVital
  sets: readonly ViewSet[]
  overall: StepRing<ViewStep>
  navigations: StepRing<Map<NavigationKind, number>>
  offenders: Offenders
  slow: SlowViews
  intake: IntakeFigures
}

/** Reads at `now` what one process was told. */
export function shareVitals(told: ToldVitals, now: number): VitalsShare {
  const { bounds, offenders } = told
  const hourOf = (ring: StepRing<ViewStep>) => plainHour(ring, { now, bounds })
  return {
    overall: hourOf(told.overall),
    sets: told.sets
      .map(({ route, kind, device, connection, hour }) => ({
        route,
        kind,
        device,
        connection,
        ...hourOf(hour),
      }))
      .filter(({ whole }) => whole.views > 0),
    navigations: countNavigations(told.navigations, now),
    elements: offenders.elements(now),
    tasks: offenders.tasks(now),
    errors: offenders.errors(now),
    slowest: told.slow.latest(now),
    intake: told.intake,
  }
}

export function plainHour(
  hour: StepRing<ViewStep>,
  { now, bounds }: { now: number; bounds: BoundsByVital },
): Hour<PlainStep> {
  const current = hour.numberOf(now)
  const sumOf = (back: number) => plainStep(sumSteps(stepsBetween(hour, current - back + 1, current), bounds))
  // The running step may have begun a moment ago: the one before it belongs to the end, too.
  return { whole: sumOf(hourly.size), latest: sumOf(2) }
}

/** Views are counted, never averaged: what comes out is as if one process had been told all of it. */
export function mergeVitals(shares: readonly VitalsShare[], bounds: BoundsByVital): WholeVitals {
  const all = <T>(pick: (share: VitalsShare) => readonly T[]): T[] => shares.flatMap(pick)
  const sets = Map.groupBy(
    all(({ sets }) => sets),
    keyOfSet,
  )
  return {
    overall: sumHours(
      shares.map(({ overall }) => overall),
      bounds,
    ),
    sets: [...sets.values()].map((same) => {
      const { route, kind, device, connection } = same[0]!
      return { route, kind, device, connection, ...sumHours(same, bounds) }
    }),
    navigations: sumBy(
      all(({ navigations }) => navigations),
      ({ navigation }) => navigation,
      addCount,
    ),
    elements: sumBy(
      all(({ elements }) => elements),
      ({ vital, route, selector }) => `${vital} ${route} ${selector}`,
      addElement,
    ),
    tasks: sumBy(
      all(({ tasks }) => tasks),
      ({ route }) => route,
      addTasks,
    ),
    errors: sumBy(
      all(({ errors }) => errors),
      ({ name, route, file }) => `${name} ${route} ${file}`,
      (sum, { count, lastAt }) => ({
        ...sum,
        count: sum.count + count,
        lastAt: Math.max(sum.lastAt, lastAt),
      }),
    ),
    slowest: slowestOf(all(({ slowest }) => slowest)),
    intake: shares.map(({ intake }) => intake).reduce(addIntake),
  }
}

const keyOfSet = ({ route, kind, device, connection }: ViewLabels) =>
  `${kind} ${device} ${connection} ${route}`

/** Hours of several processes as one. */
export function sumHours(hours: readonly Hour<PlainStep>[], bounds: BoundsByVital): Hour {
  const sumOf = (pick: (hour: Hour<PlainStep>) => PlainStep) =>
    sumSteps(
      hours.map((hour) => wholeStep(pick(hour), bounds)),
      bounds,
    )
  return { whole: sumOf(({ whole }) => whole), latest: sumOf(({ latest }) => latest) }
}

function addElement(sum: ElementTally, one: ElementTally): ElementTally {
  const [older, newer] = sum.lastAt <= one.lastAt ? [sum, one] : [one, sum]
  return {
    ...newer,
    script: newer.script || older.script,
    count: sum.count + one.count,
    sum: sum.sum + one.sum,
    worst: Math.max(sum.worst, one.worst),
  }
}

const addTasks = (sum: LongTasks, one: LongTasks): LongTasks => ({
  route: sum.route,
  count: sum.count + one.count,
  totalMs: sum.totalMs + one.totalMs,
  longestMs: Math.max(sum.longestMs, one.longestMs),
})

const addIntake = (sum: IntakeFigures, one: IntakeFigures): IntakeFigures => ({
  accepted: sum.accepted + one.accepted,
  sampled: sum.sampled + one.sampled,
  malformed: sum.malformed + one.malformed,
  tooLarge: sum.tooLarge + one.tooLarge,
  foreign: sum.foreign + one.foreign,
  limited: sum.limited + one.limited,
  unknownRoutes: sum.unknownRoutes + one.unknownRoutes,
})

function countNavigations(ring: ToldVitals['navigations'], now: number): Navigations {
  const current = ring.numberOf(now)
  const steps = stepsBetween(ring, current - ring.size + 1, current)
  return sumBy(
    steps.flatMap((step) => Array.from(step, ([navigation, count]) => ({ navigation, count }))),
    ({ navigation }) => navigation,
    addCount,
  )
}
