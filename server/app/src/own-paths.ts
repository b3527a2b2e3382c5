import type { RequestListener, ServerResponse } from 'node:http'
import { HotpathError, paths, type WhoAmI } from '@hotpath/core'
import type { Drain, Stage } from '@hotpath/http/api'
import type { Monitor } from '@hotpath/monitor'
import { alertPaths } from './alert-paths.ts'
import { type CacheControls, cachePaths } from './cache-paths.ts'
import { admit, type Admitted, type Tokens } from './guard.ts'
import { openFleetLink } from './fleet-link.ts'
import { insightPaths } from './insight-paths.ts'
import { type Answer, sendJson, sendProblem } from './respond.ts'
import { samplePath } from './sample-path.ts'
import { type WholeFleet, wholeFleet } from './whole-fleet.ts'

export interface OwnPathsOptions {
  monitor: Monitor
  /** What this process and its siblings say together. @default what it says alone */
  fleet?: WholeFleet
  tokens: Tokens
  /** Serves the console's built files below `/_hotpath/`. */
  consoleFiles: RequestListener
  caches: CacheControls
  /** What the database was asked, by method and path. @default there is no database */
  database?: Record<string, Answer>
  /** Where browsers report, by method and path; public. @default nowhere: the path is the application's */
  rum?: Record<string, Answer>
  /** Load runs and capacity, by method and path. @default there are none */
  loads?: Record<string, Answer>
  routes: () => unknown
  /** What the process goes on without when it is down, by name: `ok`, or what is wrong with it. */
  dispensable: () => Promise<Readonly<Record<string, string>>>
  /** Readiness says no as soon as it begins. */
  drain: Pick<Drain, 'probed'>
}

/** Answers Hotpath's own paths; everything else goes on to the application. */
export function ownPaths(options: OwnPathsOptions): Stage {
  const { monitor } = options
  const { worker } = options.caches
  const { fleet = wholeFleet({ monitor, link: openFleetLink(null, worker) }) } = options
  const open: Record<string, Answer> = {
    [`GET ${paths.health}`]: (_, response) => sendJson(response, 200, monitor.health()),
    [`GET ${paths.ready}`]: async (_, response) => {
      const takesRequests = options.drain.probed()
      const { ready: isWell, checks } = await monitor.ready()
      const ready = isWell && takesRequests
      sendJson(response, ready ? 200 : 503, {
        ready,
        checks: {
          ...checks,
          ...(await options.dispensable()),
          ...(!takesRequests && { process: 'about to end' }),
        },
      })
    },
    ...options.rum,
  }
  const guarded: Record<string, Answer> = {
    [`GET ${paths.whoami}`]: (_, response, { role, by }) => {
      sendJson(response, 200, { worker: options.caches.worker, role, by } satisfies WhoAmI)
    },
    [`GET ${paths.measurement}`]: (_, response) => sendJson(response, 200, monitor.measurement()),
    [`GET ${paths.routes}`]: (_, response) => sendJson(response, 200, options.routes()),
    ...samplePath(monitor, options.caches.worker),
    ...alertPaths(fleet.alerts),
    ...insightPaths(fleet),
    ...cachePaths(options.caches),
    ...options.database,
    ...options.loads,
  }

  const methodsOf = (path: string) =>
    ['GET', 'POST'].filter((method) => `${method} ${path}` in open || `${method} ${path}` in guarded)

  /** What is left: a known path with another method, the console's files, or nothing. */
  const otherwise = (method: string | undefined, path: string): Answer => {
    const methods = methodsOf(path)
    if (methods.length > 0) return refuseMethod(methods)
    if (path.startsWith(paths.api)) return notFound
    return method === 'GET' || method === 'HEAD' ? options.consoleFiles : refuseMethod(['GET'])
  }

  return (next) => (request, response) => {
    const path = pathOf(request.url)
    if (!isOurs(path) && !(path === paths.rum && options.rum)) return next(request, response)
    const key = `${request.method === 'HEAD' ? 'GET' : request.method} ${path}`
    const answer = open[key] ?? guarded[key] ?? otherwise(request.method, path)
    if (open[key] || (answer === options.consoleFiles && isAsset(path))) {
      return void run(() => answer(request, response, anybody), response)
    }
    const admission = admit(
      { address: request.socket.remoteAddress, method: request.method ?? 'GET', headers: request.headers },
      options.tokens,
    )
    if (!admission.admitted) return sendProblem(response, admission.status, admission.reason)
    void run(() => answer(request, response, admission), response)
  }
}

const anybody: Admitted = { role: 'viewer', by: 'this machine' }

/** The console's code and styles hold no data, and the page that asks for the token must load without it. */
const isAsset = (path: string) => path.startsWith(paths.console) && !path.startsWith(paths.api)

function isOurs(path: string): boolean {
  return (
    path.startsWith(paths.console) ||
    path === '/_hotpath' ||
    path === paths.metrics ||
    path === paths.health ||
    path === paths.ready
  )
}

async function run(answer: () => void | Promise<void>, response: ServerResponse): Promise<void> {
  try {
    await answer()
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    if (error instanceof HotpathError) return sendProblem(response, 400, error.message)
    sendProblem(response, 500, 'This answer could not be made; the application itself is not affected.')
  }
}

function pathOf(url: string | undefined): string {
  const target = url ?? '/'
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

function refuseMethod(methods: readonly string[]): Answer {
  return (_, response) => {
    response.setHeader(
      'allow',
      methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method)).join(', '),
    )
    sendProblem(response, 405, `This path answers ${methods.join(' and ')} only.`)
  }
}

const notFound: Answer = (_, response) => sendProblem(response, 404, 'There is nothing at this path.')
