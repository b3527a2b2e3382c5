import type { AlertRecord, RouteFigures } from './records.ts'
import { type Comparison, compareVersions } from './regression.ts'

/** The versions that ran, as far as their windows are kept. */
export interface Deploys {
  /** The version before this one; null where none is known. */
  readonly previous: string | null
  /** When this version was first seen: milliseconds since 1970. */
  readonly since: number
  /** Takes one window of this version. */
  add(routes: ReadonlyMap<string, RouteFigures>): void
  /** This version against the one before; null with too few windows, or without one before. */
  compare(route: string): Comparison | null
  /** Routes with windows of this version. */
  routes(): Iterable<string>
}

type Windows = Map<string, RouteFigures[]>

/** Windows of one version and route in memory. */
const mostKept = 30

/** What the history knows of the versions before `version`, which runs since `now`. */
export function readDeploys(
  records: readonly AlertRecord[],
  { version, now }: { version: string; now: number },
): Deploys {
  const byVersion = new Map<string, Windows>()
  const lastSeen = new Map<string, number>()
  let since = now
  for (const record of records) {
    if (record.record !== 'window') continue
    const windows = byVersion.get(record.version) ?? new Map()
    byVersion.set(record.version, windows)
    lastSeen.set(record.version, record.at)
    if (record.version === version) since = Math.min(since, record.at)
    for (const [route, [requests, p50Ms, p95Ms]] of Object.entries(record.routes))
      keep(windows, route, { requests, p50Ms, p95Ms })
  }
  const own: Windows = byVersion.get(version) ?? new Map()
  lastSeen.delete(version)
  const previous = [...lastSeen].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null
  const before: Windows = (previous !== null && byVersion.get(previous)) || new Map()

  return {
    previous,
    since,
    add(routes) {
      for (const [route, figures] of routes) keep(own, route, figures)
    },
    compare: (route) => compareVersions(before.get(route) ?? [], own.get(route) ?? []),
    routes: () => own.keys(),
  }
}

function keep(windows: Windows, route: string, figures: RouteFigures): void {
  const list = windows.get(route) ?? []
  windows.set(route, list)
  list.push(figures)
  if (list.length > mostKept) list.shift()
}
