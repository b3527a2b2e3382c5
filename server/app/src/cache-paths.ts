import type { IncomingMessage } from 'node:http'
import {
  type CachesReport,
  type PurgePreview,
  type WarmOutcome,
  type WarmStep,
  type Worker,
  paths,
} from '@hotpath/core'
import { appErrors } from './errors.ts'
import { streamLines } from './line-stream.ts'
import { type Purge, readPurge, readPurgeQuery } from './purge-request.ts'
import { type Answer, sendJson } from './respond.ts'
import { readTurn, type RouteTurn } from './route-turns.ts'
import { readWarm, type WarmRequest } from './warm-request.ts'

/** What can be asked of the caches, and done to them, from outside. */
export interface CacheControls {
  /** This process. */
  worker: Worker
  stats(): Omit<CachesReport, 'worker'>
  /** In every process. Not acknowledged: it took effect here, and elsewhere as soon as Redis is back. */
  purge(what: Purge): Promise<{ acknowledged: boolean }>
  /** What that would drop from the memory of this process. */
  preview(what: Purge): Omit<PurgePreview, 'worker'>
  /** The names of the declared tasks. */
  tasks(): readonly string[]
  warm(what: WarmRequest, watch: WarmWatch): Promise<Omit<WarmOutcome, 'worker'>>
  /** Undefined where there is no such namespace. */
  explain(key: string, namespace: string | undefined): Promise<object> | undefined
  namespaces(): readonly string[]
  explainUrl(target: { host: string; url: string }): object
  /** Turns the cache of a route off or on, in every process that Redis reaches; null where it could not be asked. */
  turn(what: RouteTurn): Promise<{ processes: number | null }>
  /** The routes whose cache is off. */
  off(): readonly string[]
}

export interface WarmWatch {
  signal: AbortSignal
  onProgress: (step: WarmStep) => void
}

/** The guarded paths of the caches, by method and path. */
export function cachePaths(caches: CacheControls): Record<string, Answer> {
  const { worker } = caches
  return {
    [`GET ${paths.cacheStats}`]: (_, response) => sendJson(response, 200, { worker, ...caches.stats() }),
    [`GET ${paths.cacheExplain}`]: async (request, response) => {
      sendJson(response, 200, { worker, ...(await explain(caches, request)) })
    },
    [`GET ${paths.httpExplain}`]: (request, response) => {
      sendJson(response, 200, { worker, ...caches.explainUrl(readUrl(request)) })
    },
    [`POST ${paths.cachePurge}`]: async (request, response) => {
      const purged = await readPurge(request)
      const { acknowledged } = await caches.purge(purged)
      sendJson(response, 200, { purged, acknowledged, worker })
    },
    [`GET ${paths.cachePreview}`]: (request, response) => {
      sendJson(response, 200, { worker, ...caches.preview(readPurgeQuery(request)) })
    },
    [`POST ${paths.cacheRoute}`]: async (request, response) => {
      const turned = await readTurn(request)
      const { processes } = await caches.turn(turned)
      sendJson(response, 200, { turned, processes, off: caches.off(), worker })
    },
    [`POST ${paths.cacheWarm}`]: async (request, response) => {
      const what = await readWarm(request, caches.tasks())
      const lines = streamLines(response)
      const onProgress = (step: WarmStep) => lines.progress(step.name, step)
      const outcome = await caches.warm(what, { signal: lines.signal, onProgress })
      lines.end({ worker, ...outcome })
    },
  }
}

async function explain(caches: CacheControls, { url = '' }: IncomingMessage): Promise<object> {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const key = query.get('key') ?? ''
  const namespace = query.get('namespace') ?? undefined
  if (key === '') throw appErrors.HP_EXPLAIN_INVALID({ problem: 'no key is named' })
  const explanation = caches.explain(key, namespace)
  if (explanation !== undefined) return explanation
  throw appErrors.HP_EXPLAIN_INVALID({
    problem: `there is no namespace ${JSON.stringify(namespace)} among ${caches.namespaces().join(', ')}`,
  })
}

function readUrl({ url = '', headers }: IncomingMessage): { host: string; url: string } {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const target = query.get('url') ?? ''
  const host = query.get('host') ?? headers.host ?? String(headers[':authority'] ?? '')
  if (target.startsWith('/')) return { host, url: target }
  throw appErrors.HP_EXPLAIN_INVALID({ problem: 'url is no path that begins with a slash' })
}
