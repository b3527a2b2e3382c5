import {
  type Beacon,
  type BeaconError,
  beaconLimits,
  beaconVersion,
  type BeaconView,
  connectionClasses,
  deviceClasses,
  navigationKinds,
  type VitalName,
  vitalNames,
} from '@hotpath/core'
import { otherRoute } from '../label-sets.ts'
import { cleanErrorName, cleanFile, cleanSelector, cleanTrace, cleanWord } from './clean-text.ts'
import { largestValue } from './value-window.ts'

/** A beacon of which nothing is left but what may be counted, and how many of its routes nobody declared. */
export interface ReadBeacon {
  beacon: Beacon
  unknownRoutes: number
}

/**
 * Reads what a browser, or somebody who pretends to be one, has sent. What is not as it should be is left out, and a
 * text in which nothing is left is no beacon: undefined. Nothing of it is taken but numbers, words of closed lists, the
 * templates of `routes`, and short texts of known characters.
 */
export function readBeacon(text: string, routes: ReadonlySet<string>): ReadBeacon | undefined {
  const given = parse(text)
  if (given === undefined || own(given, 'version') !== beaconVersion) return undefined
  const views = own(given, 'views')
  if (!Array.isArray(views)) return undefined
  const read: BeaconView[] = []
  let unknownRoutes = 0
  for (const each of views.slice(0, beaconLimits.views) as unknown[]) {
    const view = isRecord(each) ? readView(each, routes) : undefined
    if (view === undefined) continue
    if (view.route === otherRoute) unknownRoutes++
    read.push(view)
  }
  if (read.length === 0) return undefined
  return {
    beacon: {
      version: beaconVersion,
      device: oneOf(deviceClasses, own(given, 'device')) ?? 'unknown',
      connection: oneOf(connectionClasses, own(given, 'connection')) ?? 'unknown',
      views: read,
    },
    unknownRoutes,
  }
}

/** Undefined where it tells nothing. */
function readView(given: Given, routes: ReadonlySet<string>): BeaconView | undefined {
  const route = own(given, 'route')
  const vitals = readVitals(own(given, 'vitals'))
  const tasks = readTasks(own(given, 'tasks'))
  const errors = readErrors(own(given, 'errors'))
  if (Object.keys(vitals).length === 0 && !tasks && errors.length === 0) return undefined
  const elements = readElements(own(given, 'elements'))
  const script = cleanFile(own(given, 'script'))
  const server = readServer(own(given, 'server'))
  return {
    route: typeof route === 'string' && routes.has(route) ? route : otherRoute,
    navigation: oneOf(navigationKinds, own(given, 'navigation')) ?? 'navigate',
    vitals,
    ...(elements && { elements }),
    ...(script && { script }),
    ...(tasks && { tasks }),
    ...(errors.length > 0 && { errors }),
    ...(server && { server }),
  }
}

function readVitals(given: unknown): Partial<Record<VitalName, number>> {
  const vitals: Partial<Record<VitalName, number>> = {}
  if (!isRecord(given)) return vitals
  for (const name of vitalNames) {
    const value = amount(own(given, name), largestValue[name])
    if (value !== undefined) vitals[name] = value
  }
  return vitals
}

function readElements(given: unknown): BeaconView['elements'] {
  if (!isRecord(given)) return undefined
  const elements: NonNullable<BeaconView['elements']> = {}
  for (const name of ['LCP', 'INP', 'CLS'] as const) {
    const selector = cleanSelector(own(given, name))
    if (selector) elements[name] = selector
  }
  return elements
}

/** More long tasks than fit into an hour would be a lie. */
const mostTasks = 36_000
const hourMs = 3_600_000

function readTasks(given: unknown): BeaconView['tasks'] {
  if (!isRecord(given)) return undefined
  const count = Math.floor(amount(own(given, 'count'), mostTasks) ?? 0)
  const totalMs = amount(own(given, 'totalMs'), hourMs)
  const longestMs = amount(own(given, 'longestMs'), hourMs)
  if (count === 0 || totalMs === undefined || longestMs === undefined) return undefined
  return { count, totalMs, longestMs: Math.min(longestMs, totalMs) }
}

const mostOfOneError = 1_000

function readErrors(given: unknown): BeaconError[] {
  if (!Array.isArray(given)) return []
  const errors: BeaconError[] = []
  for (const each of given.slice(0, beaconLimits.errors) as unknown[]) {
    if (!isRecord(each)) continue
    const count = Math.floor(amount(own(each, 'count'), mostOfOneError) ?? 0)
    if (count === 0) continue
    errors.push({ name: cleanErrorName(own(each, 'name')), file: cleanFile(own(each, 'file')) ?? '', count })
  }
  return errors
}

function readServer(given: unknown): BeaconView['server'] {
  if (!isRecord(given)) return undefined
  const trace = cleanTrace(own(given, 'trace'))
  const cache = cleanWord(own(given, 'cache'))
  const databaseMs = amount(own(given, 'databaseMs'), hourMs)
  return {
    ...(trace !== undefined && { trace }),
    ...(cache !== undefined && { cache }),
    ...(databaseMs !== undefined && { databaseMs }),
  }
}

type Given = Record<string, unknown>

function parse(text: string): Given | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A field that the text itself has, not one that all objects have. */
const own = (given: Given, name: string): unknown => (Object.hasOwn(given, name) ? given[name] : undefined)

/** A number from 0; what is above the largest is taken for it. */
function amount(value: unknown, largest: number): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.min(value, largest) : undefined
}

function oneOf<const Word extends string>(words: readonly Word[], given: unknown): Word | undefined {
  return words.find((word) => word === given)
}
