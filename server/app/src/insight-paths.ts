import type { IncomingMessage } from 'node:http'
import { paths, type Worker } from '@hotpath/core'
import type { Monitor, TimelineRange } from '@hotpath/monitor'
import { type Answer, sendJson, sendProblem } from './respond.ts'

/** Longest pattern or id that is looked for, in characters. */
const longest = 500

/** The guarded paths of the timeline, of one route and of traces. */
export function insightPaths(
  monitor: Pick<Monitor, 'timeline' | 'route' | 'traces'>,
  worker: Worker,
): Record<string, Answer> {
  return {
    [`GET ${paths.timeline}`]: (request, response) => {
      sendJson(response, 200, { worker, ...monitor.timeline(rangeOf(queryOf(request))) })
    },
    [`GET ${paths.route}`]: (request, response) => {
      const detail = monitor.route(textOf(queryOf(request), 'pattern') ?? '')
      if (detail) sendJson(response, 200, { worker, ...detail })
      else sendProblem(response, 404, 'No such route was declared, and none was seen.')
    },
    [`GET ${paths.traces}`]: (request, response) => {
      const query = queryOf(request)
      const id = textOf(query, 'id')
      if (id !== undefined) {
        const trace = monitor.traces?.find(id)
        if (trace) return sendJson(response, 200, { worker, ...trace })
        return sendProblem(
          response,
          404,
          'This trace is not kept: it was neither slow nor failed, or is gone.',
        )
      }
      const filter = {
        route: textOf(query, 'route'),
        since: numberOf(query, 'since'),
        limit: numberOf(query, 'limit'),
      }
      const none = { now: Date.now(), enabled: false, traces: [], store: nothing }
      sendJson(response, 200, { worker, ...(monitor.traces?.list(filter) ?? none) })
    },
  }
}

const nothing = { traces: 0, bytes: 0, maxBytes: 0, followed: 0, kept: 0 }

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
