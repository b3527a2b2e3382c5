import type { IncomingMessage } from 'node:http'
import { paths } from '@hotpath/core'
import type { TimelineRange } from '@hotpath/monitor'
import { type Answer, sendJson, sendProblem } from './respond.ts'
import type { TraceFilter, WholeFleet } from './whole-fleet.ts'

/** Longest pattern or id that is looked for, in characters. */
const longest = 500

/** The guarded paths of what is measured, of the timeline, of one route, of browsers and of traces. */
export function insightPaths(fleet: WholeFleet): Record<string, Answer> {
  return {
    [`GET ${paths.metrics}`]: async (_, response) => {
      const { contentType, body } = await fleet.metrics()
      response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body)
    },
    [`GET ${paths.overview}`]: async (_, response) => sendJson(response, 200, await fleet.overview()),
    [`GET ${paths.timeline}`]: async (request, response) => {
      sendJson(response, 200, await fleet.timeline(rangeOf(queryOf(request))))
    },
    [`GET ${paths.vitals}`]: async (_, response) => sendJson(response, 200, await fleet.vitals()),
    [`GET ${paths.route}`]: async (request, response) => {
      const detail = await fleet.route(textOf(queryOf(request), 'pattern') ?? '')
      if (detail) sendJson(response, 200, detail)
      else sendProblem(response, 404, 'No such route was declared, and none was seen.')
    },
    [`GET ${paths.traces}`]: async (request, response) => {
      const query = queryOf(request)
      const id = textOf(query, 'id')
      if (id === undefined) return sendJson(response, 200, await fleet.traces(filterOf(query)))
      const trace = await fleet.trace(id)
      if (trace) sendJson(response, 200, trace)
      else sendProblem(response, 404, 'This trace is not kept: it was neither slow nor failed, or is gone.')
    },
  }
}

function filterOf(query: URLSearchParams): TraceFilter {
  return {
    route: textOf(query, 'route'),
    since: numberOf(query, 'since'),
    limit: numberOf(query, 'limit'),
  }
}

function rangeOf(query: URLSearchParams): TimelineRange {
  return { from: numberOf(query, 'from'), to: numberOf(query, 'to'), route: textOf(query, 'route') }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at === -1 ? '' : url.slice(at))
}

function textOf(query: URLSearchParams, name: string): string | undefined {
  return query.get(name)?.slice(0, longest) || undefined
}

/** Undefined for what is no number from 0 up. */
function numberOf(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name)
  const value = given === null || given === '' ? Number.NaN : Number(given)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}
