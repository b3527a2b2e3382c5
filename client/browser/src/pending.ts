import type { BeaconView, NavigationKind, VitalName } from '@hotpath/core/beacon'

/** Where and when in the life of a page something was measured. */
export interface Place {
  /** When its navigation began, on the page's clock: 0 for the page itself. */
  start: number
  navigation: NavigationKind
  route: string
}

export interface Vital {
  name: VitalName
  value: number
  /** A selector. */
  element?: string | undefined
  /** INP: the file that ran longest. */
  script?: string | undefined
  /** LCP: what the server said of what was waited for. */
  server?: BeaconView['server']
}

/** What was measured and not sent yet. */
export interface Pending {
  /** The latest value of a vital: it takes the place of the one before. */
  vital(place: Place, vital: Vital): void
  task(place: Place, ms: number): void
  error(place: Place, name: string, file: string): void
  /** Without the navigation that began at `except`, if one is named. */
  views(except?: number): BeaconView[]
  /** They are sent: what is told of them later is not sent a second time. */
  settle(except?: number): void
}

type Named = 'LCP' | 'INP' | 'CLS'
type Elements = Partial<Record<Named, string>>
interface Kept {
  readonly start: number
  readonly view: BeaconView & { elements: Elements }
}

const mostErrors = 10

/** Nothing yet. */
export function createPending(): Pending {
  let views = new Map<string, Kept>()
  const sent = new Set<string>()

  function viewOf({ start, navigation, route }: Place): Kept['view'] {
    const key = `${start} ${navigation} ${route}`
    let kept = views.get(key)
    if (!kept) {
      const view = { route, navigation, vitals: {}, elements: {} }
      views.set(key, (kept = { start, view }))
    }
    return kept.view
  }

  return {
    vital(place, { name, value, element, script, server }) {
      if (sent.has(name + place.start)) return
      // An interaction slower than the one before may be another route's.
      for (const { start, view } of views.values()) {
        if (start !== place.start) continue
        delete view.vitals[name]
        delete view.elements[name as Named]
      }
      const view = viewOf(place)
      view.vitals[name] = Math.round(value * 1000) / 1000
      if (element) view.elements[name as Named] = element
      if (name === 'INP') view.script = script ?? ''
      if (server) view.server = server
    },
    task(place, ms) {
      const tasks = (viewOf(place).tasks ??= { count: 0, totalMs: 0, longestMs: 0 })
      tasks.count++
      tasks.totalMs += ms
      tasks.longestMs = Math.max(tasks.longestMs, ms)
    },
    error(place, name, file) {
      const errors = (viewOf(place).errors ??= [])
      const known = errors.find((error) => error.name === name && error.file === file)
      if (known) known.count++
      else if (errors.length < mostErrors) errors.push({ name, file, count: 1 })
    },
    views: (except) => [...views.values()].filter(({ start }) => start !== except).map(({ view }) => view),
    settle(except) {
      const left = new Map<string, Kept>()
      for (const [key, kept] of views) {
        if (kept.start === except) left.set(key, kept)
        else for (const name in kept.view.vitals) sent.add(name + kept.start)
      }
      views = left
    },
  }
}
