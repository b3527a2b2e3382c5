import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'

const channel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

/** One kind of statement of one route, since the start. */
export interface StatementCount {
  fingerprint: string
  text: string
  calls: number
  totalMs: number
}

/** Which statements each route sends. */
export interface RouteStatements {
  /** In no order. */
  of(route: string): StatementCount[]
  close(): void
}

const mostRoutes = 200
const mostOfRoute = 50
const longestText = 500

/** Begins to count; what the parser has not seen yet, and what goes beyond the bounds, is left out. */
export function countRouteStatements(): RouteStatements {
  const routes = new Map<string, Map<string, StatementCount>>()

  function find(
    route: string,
    { fingerprint, sql }: { fingerprint: string; sql: string },
  ): StatementCount | undefined {
    let statements = routes.get(route)
    if (!statements) {
      if (routes.size >= mostRoutes) return undefined
      routes.set(route, (statements = new Map()))
    }
    let figures = statements.get(fingerprint)
    if (!figures) {
      if (statements.size >= mostOfRoute) return undefined
      figures = { fingerprint, text: sql.slice(0, longestText), calls: 0, totalMs: 0 }
      statements.set(fingerprint, figures)
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
    of: (route) => Array.from(routes.get(route)?.values() ?? [], (figures) => ({ ...figures })),
    close: () => void unsubscribe(channel, onStatement),
  }
}
