import type { Route } from '@hotpath/core'
import type { Settings } from '../options.ts'
import type { RequestHead } from '../request-head.ts'
import { createShadow, type Shadow, type ShadowParts, type ShadowStats } from './shadow.ts'
import { createShadowStore } from './shadow-store.ts'

/** Which requests are only watched: all of them, those of some routes, or none. */
export interface ShadowMode extends Pick<Shadow, 'request'> {
  /** False: no request has to be looked at. */
  isOn: boolean
  takes(request: RequestHead): boolean
  /** The routes that count from now on. */
  watch(routes: readonly Route[]): void
  stats(): ShadowStats | null
}

/** Makes the shadow mode of one cache. */
export function createShadowMode(
  settings: Settings,
  parts: Pick<ShadowParts, 'fences' | 'routes' | 'observer'>,
): ShadowMode {
  const { maxEntries, maxBytes, maxEntryBytes, ignoreReload, rules, clock } = settings
  const isAll = settings.mode === 'shadow'
  const { fences, routes } = parts
  const store = createShadowStore({ fences, maxEntries, maxBytes, ignoreReload })
  const shadow = createShadow({ ...parts, store, rules, clock, maxEntryBytes })
  let patterns: ReadonlySet<string> = new Set()

  const mode: ShadowMode = {
    isOn: isAll,
    takes: ({ method = 'GET', url = '' }) => isAll || patterns.has(routes(method, url).label),
    watch(declared) {
      patterns = new Set(declared.filter(({ options }) => options.shadow).map(({ pattern }) => pattern))
      mode.isOn = isAll || patterns.size > 0
      store.clear()
    },
    request: shadow.request,
    stats: () => (mode.isOn ? shadow.stats() : null),
  }
  return mode
}
