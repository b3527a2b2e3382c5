import { type Clock, createRouteMatcher, type EndOfLife, endOfLifeProblem, type Route } from '@hotpath/core'
import { httpErrors } from '../errors.ts'
import { pathOf } from '../path-of.ts'
import type { RequestHead } from '../request-head.ts'
import { addToList, beforeHead } from './before-head.ts'
import { type CompiledEnd, compileEnd, tellEnd } from './end-of-life.ts'
import { sendProblem } from './problem.ts'
import type { Stage } from './stage.ts'
import { type VersionPlaces, versionPlaces, versionReader } from './version-of.ts'

export interface VersionOptions extends VersionPlaces {
  /** The versions by name, `1`, `2`, `2024-10`, with the end of those that come to one. @default none: routes alone */
  versions?: Readonly<Record<string, Partial<EndOfLife>>>
  /** Of requests that name none. @default the last one */
  default?: string
  /** Routes whose `endOfLife` is told. @default none */
  routes?: readonly Route[]
  /** What becomes of requests after the sunset: 410, or what the handler says. @default 'serve' */
  afterSunset?: 'serve' | 'gone'
  /** @default Date.now */
  clock?: Clock
}

/** The versions of an API, and the routes that come to their end. */
export interface Versions {
  /** Before the HTTP cache: refuses a version that there is not, and after the sunset what has ended. */
  readonly front: Stage
  /** Whether the front lets a request pass. */
  passes(request: RequestHead): boolean
  /** Behind the cache, so that what it says is stored: Deprecation, Sunset, Link, and Vary where a header chose. */
  readonly headers: Stage
  /** The version of a request, the default where it names none; null where none are declared. */
  of(request: RequestHead): string | null
  /** Whether it uses what comes to an end. */
  isEnding(request: RequestHead): boolean
}

/**
 * Compiles the versions.
 * @throws HP_VERSIONS_INVALID, HP_ROUTE_DUPLICATE
 */
export function createVersions(options: VersionOptions = {}): Versions {
  const { clock = Date.now, afterSunset = 'serve', routes = [] } = options
  const { versions, fallback } = readVersions(options)
  const read = versionReader(options)
  const isDeclared = versions.size > 0
  const ending = routes.filter(({ options: { endOfLife } }) => endOfLife !== undefined)
  const match = createRouteMatcher(ending)
  const ends = new Map(ending.map((route) => [route, compileEnd(route.options.endOfLife!)]))
  const names = [...versions.keys()].join(', ')

  function endOfRoute({ method = 'GET', url = '' }: RequestHead): CompiledEnd | undefined {
    const found = ending.length > 0 ? match(method, pathOf(url)) : undefined
    return found && ends.get(found.route)
  }
  function of(request: RequestHead): string | null {
    if (!isDeclared) return null
    const name = read(request)?.name
    return name !== undefined && versions.has(name) ? name : fallback
  }
  function endOf(request: RequestHead): CompiledEnd | undefined {
    const name = of(request)
    return (name === null ? undefined : versions.get(name)) ?? endOfRoute(request)
  }
  const { vary, usesHeaders } = variesBy(options)

  function isUnknown(request: RequestHead): boolean {
    const named = isDeclared ? read(request) : undefined
    // A path may begin like a version and be none: the application knows.
    return named !== undefined && !named.isPath && !versions.has(named.name)
  }
  function goneWith(request: RequestHead): CompiledEnd | undefined {
    const end = afterSunset === 'gone' ? endOf(request) : undefined
    return end && clock() >= end.sunsetAt ? end : undefined
  }
  const front: Stage = (next) => (request, response) => {
    if (isUnknown(request)) {
      return sendProblem(response, { status: 400, detail: `There is no such version. There are ${names}.` })
    }
    const end = goneWith(request)
    if (!end) return next(request, response)
    tellEnd(response, end)
    sendProblem(response, {
      status: 410,
      detail: 'This has come to its end: the Link header says what to use.',
    })
  }
  const headers: Stage = (next) => (request, response) => {
    const end = endOf(request)
    const isChosen = isDeclared && usesHeaders && !read(request)?.isPath
    if (end || isChosen) {
      beforeHead(response, (head) => {
        if (end) tellEnd(head, end)
        if (isChosen) for (const name of vary) addToList(head, 'Vary', name)
      })
    }
    next(request, response)
  }
  const isIdle = !isDeclared && ending.length === 0
  const through: Stage = (next) => next
  return {
    front: isIdle ? through : front,
    passes: (request) => isIdle || (!isUnknown(request) && goneWith(request) === undefined),
    headers: isIdle ? through : headers,
    of,
    isEnding: (request) => endOf(request) !== undefined,
  }
}

/** Undefined stands for a version that stays. */
function readVersions(options: VersionOptions): {
  versions: ReadonlyMap<string, CompiledEnd | undefined>
  fallback: string | null
} {
  const versions = new Map<string, CompiledEnd | undefined>()
  for (const place of [options.header, options.accept]) {
    if (typeof place === 'string' && !/^[a-z][a-z0-9-]*$/.test(place)) {
      throw httpErrors.HP_VERSIONS_INVALID({ problem: `${JSON.stringify(place)} is no lower-case name` })
    }
  }
  for (const [name, life] of Object.entries(options.versions ?? {})) {
    const problem = versionProblem(name, life)
    if (problem !== null) throw httpErrors.HP_VERSIONS_INVALID({ problem })
    versions.set(name, life.deprecated === undefined ? undefined : compileEnd(life as EndOfLife))
  }
  const fallback = options.default ?? [...versions.keys()].at(-1) ?? null
  if (versions.size > 0 && !versions.has(fallback!)) {
    throw httpErrors.HP_VERSIONS_INVALID({ problem: `the default ${fallback} is none of them` })
  }
  return { versions, fallback }
}

function versionProblem(name: string, life: Partial<EndOfLife>): string | null {
  if (!/^[\w.-]{1,32}$/.test(name)) return `${JSON.stringify(name)} is no name`
  if (life.deprecated === undefined) {
    return Object.keys(life).length === 0 ? null : `${name} comes to an end that does not say since when`
  }
  const problem = endOfLifeProblem(life as EndOfLife)
  return problem === null ? null : `${name} is ${problem}`
}

function variesBy(places: VersionPlaces): { vary: readonly string[]; usesHeaders: boolean } {
  const { header, accept } = { ...versionPlaces, ...places }
  const vary = [header === false ? [] : canonical(header), accept === false ? [] : 'Accept'].flat()
  return { vary, usesHeaders: vary.length > 0 }
}

/** `api-version` as it is usually written: `Api-Version`. */
const canonical = (name: string) => name.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())
