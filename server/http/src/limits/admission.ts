import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type ConcurrencyPolicy, type Duration, parseDuration, type Route } from '@hotpath/core'
import { prepareProblem } from '../api/problem.ts'
import { httpChannels, type HttpShedMessage } from '../channels.ts'
import { pathOf } from '../path-of.ts'
import { markUnavailable } from '../unavailable.ts'
import type { TrustedProxies } from './client-address.ts'
import { createGate, type Gate } from './gate.ts'
import { watchLoop } from './loop-watch.ts'
import { type LoopSample, nextShedding, nothingShed } from './overload.ts'
import { createAddressKey } from './request-key.ts'
import { createRouteSettings } from './route-settings.ts'

export interface AdmissionOptions {
  /** The route table: `concurrency` of each. @default none */
  readonly routes?: readonly Route[]
  /** How many handlers run at one time in this process, and who may wait. @default { max: 1_000, queue: 1_000, wait: '1s' } */
  readonly concurrency?: number | ConcurrencyPolicy
  /**
   * By how much the event loop may be late, at the 90th percentile of a quarter of a second, before requests are
   * refused: few at first, more while that does not help. False refuses none. @default '200ms'
   */
  readonly maxLoopDelay?: Duration | false
  /** Paths that are never refused. @default ['/health', '/ready'] */
  readonly alwaysAdmitted?: readonly string[]
  /** Tells clients apart, so that the waiting of one does not keep another from it. @default none: the connection's peer */
  readonly proxies?: TrustedProxies
  /** From 0 to below 1. @default Math.random */
  readonly random?: () => number
  /** What is seen of the event loop; given by tests. @default a sample every 250 ms */
  readonly watch?: (onSample: (sample: LoopSample) => void) => { close(): void }
}

/** Keeps a process from more work than it can do. */
export interface Admission {
  wrap(next: RequestListener): RequestListener
  /** Whether a stored answer, stale as it is, would be better now than running a handler. Costs nothing. */
  overloaded(): boolean
  stats(): AdmissionStats
  /** Ends its timers. */
  close(): void
}

export interface AdmissionStats {
  /** Requests whose handlers are at work. */
  inFlight: number
  waiting: number
  /** The share of requests that is refused because the event loop is late, 0 to 1. */
  shedShare: number
}

const processDefaults = { max: 1_000, queue: 1_000, wait: '1s' } as const
const admissionDefaults = { maxLoopDelay: '200ms', alwaysAdmitted: ['/health', '/ready'] } as const
const sampleMs = 250

const shed = channel(httpChannels.shed)
const overloadedAnswer = prepareProblem({
  status: 503,
  title: 'Overloaded',
  detail: 'The server has more to do than it can. Retry-After says when to try again.',
})

/**
 * Makes the admission of one application.
 * @throws HP_DURATION_INVALID, HP_HTTP_PROXIES_INVALID
 */
export function createAdmission(options: AdmissionOptions = {}): Admission {
  const { routes = [], random = Math.random, proxies } = options
  const { maxLoopDelay, alwaysAdmitted } = { ...admissionDefaults, ...options }
  const whole = openGate(options.concurrency ?? processDefaults)
  const gateOf = createRouteSettings<Gate | null>(routes, {
    read: ({ options: { concurrency } }) => (concurrency === undefined ? undefined : openGate(concurrency)),
    otherwise: null,
  })
  const clientOf = createAddressKey(proxies)
  const free = new Set(alwaysAdmitted)
  let shedding = nothingShed
  const watch = options.watch ?? ((onSample) => watchLoop(sampleMs, onSample))
  const watching =
    maxLoopDelay === false
      ? undefined
      : watch((sample) => {
          shedding = nextShedding(shedding, sample, { maxDelayMs: parseDuration(maxLoopDelay) })
        })

  const isShed = () => shedding.share > 0 && random() < shedding.share

  function refuse(response: ServerResponse, reason: HttpShedMessage['reason']): void {
    if (shed.hasSubscribers) shed.publish({ reason } satisfies HttpShedMessage)
    if (response.destroyed) return
    markUnavailable(response)
    // Spread, so that those who were refused together do not come back together.
    overloadedAnswer(response, { 'Retry-After': String(1 + Math.floor(random() * 3)) })
  }

  /** Through the route's gate first: what waits there must not hold a place in the process. */
  function enter(request: IncomingMessage, response: ServerResponse, run: () => void): void {
    const client = clientOf(request)
    const route = gateOf(request.method ?? 'GET', request.url ?? '')
    const gates = route === null ? [whole] : [route, whole]
    const entered: Gate[] = []
    let withdraw = () => {}
    const pass = (index: number): void => {
      const gate = gates[index]
      if (!gate) return run()
      withdraw = gate.arrive({
        client,
        enter() {
          entered.push(gate)
          pass(index + 1)
        },
        refuse: (reason) => refuse(response, reason),
      })
    }
    response.once('close', () => {
      withdraw()
      for (const gate of entered) gate.leave()
    })
    pass(0)
  }

  return {
    wrap: (next) => (request, response) => {
      if (free.has(pathOf(request.url ?? ''))) return next(request, response)
      if (isShed()) return refuse(response, 'overload')
      let isSynchronous = true
      enter(request, response, () => {
        if (isSynchronous) return next(request, response)
        // On a tick of its own: it was somebody else's end that let it in.
        process.nextTick(next, request, response)
      })
      isSynchronous = false
    },
    overloaded: isShed,
    stats: () => ({ inFlight: whole.inside(), waiting: whole.waiting(), shedShare: shedding.share }),
    close: () => watching?.close(),
  }
}

function openGate(policy: number | ConcurrencyPolicy): Gate {
  const { max, queue = max, wait = '1s' } = typeof policy === 'number' ? { max: policy } : policy
  return createGate({ max, queue, waitMs: parseDuration(wait) })
}
