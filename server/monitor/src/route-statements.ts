import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { RouteStatement } from '@hotpath/core'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'

const channel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

/** Which statements each route sends. */
export interface RouteStatements {
  /** Most time first, at most ten. */
  of(route: string): RouteStatement[]
  close(): void
}

interface Figures {
  readonly text: string
  calls: number
  totalMs: number
}

const mostRoutes = 200
const mostOfRoute = 50
const mostShown = 10
const longestText = 500

/** Begins to count; what the parser has not seen yet, and what goes beyond the bounds, is left out. */
export function countRouteStatements(): RouteStatements {
  const routes = new Map<string, Map<string, Figures>>()

  function find(
    route: string,
    { fingerprint, sql }: { fingerprint: string; sql: string },
  ): Figures | undefined {
    let statements = routes.get(route)
    if (!statements) {
      if (routes.size >= mostRoutes) return undefined
      routes.set(route, (statements = new Map()))
    }
    let figures = statements.get(fingerprint)
    if (!figures) {
      if (statements.size >= mostOfRoute) return undefined
      statements.set(fingerprint, (figures = { text: sql.slice(0, longestText), calls: 0, totalMs: 0 }))
    }
    return figures
  }
  const onStatement = (published: unknown): void => {
    const { route, facts, durationMs } = published as PostgresStatementMessage
    if (route === null || facts === null) return
    const figures = find(route, facts)
    if (!figures) return
    figures.calls += 1
    figures.totalMs += durationMs
  }

  subscribe(channel, onStatement)
  return {
    of(route) {
      const all = [...(routes.get(route) ?? [])]
      const allMs = all.reduce((sum, [, { totalMs }]) => sum + totalMs, 0)
      return all
        .sort(([, a], [, b]) => b.totalMs - a.totalMs)
        .slice(0, mostShown)
        .map(([fingerprint, { text, calls, totalMs }]) => ({
          fingerprint,
          text,
          calls,
          meanMs: totalMs / calls,
          share: allMs === 0 ? 0 : totalMs / allMs,
        }))
    },
    close: () => void unsubscribe(channel, onStatement),
  }
}
