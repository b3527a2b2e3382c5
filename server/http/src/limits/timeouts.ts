import { channel } from 'node:diagnostics_channel'
import type { RequestListener, ServerResponse } from 'node:http'
import { type Duration, formatDuration, parseDuration, type Route } from '@hotpath/core'
import { prepareProblem } from '../api/problem.ts'
import { httpChannels, type HttpTimeoutMessage } from '../channels.ts'
import { httpErrors } from '../errors.ts'
import { markUnavailable } from '../unavailable.ts'
import { dropLateAnswer } from './late-answers.ts'
import { abortRequest, abortWhenGone } from './request-signal.ts'
import { createRouteSettings } from './route-settings.ts'

export interface TimeoutOptions {
  /** The route table: `timeout` of each. @default none */
  readonly routes?: readonly Route[]
  /** How long any other handler may take until the head of its answer. @default none */
  readonly timeout?: Duration
  /** 503 for a handler, 504 for a server behind (RFC 9110 §15.6). @default 503 */
  readonly status?: 503 | 504
}

const timedOut = channel(httpChannels.timeout)
const answeredFor = new WeakSet<ServerResponse>()

/** Whether a request was answered because its handler took too long; that may still be at work. */
export function isTimedOut(response: ServerResponse): boolean {
  return answeredFor.has(response)
}

/** Answers for handlers that take too long. */
export interface Timeouts {
  wrap(next: RequestListener): RequestListener
}

/**
 * Makes the timeouts of one application. What counts is the time to the head of the answer: a download or a stream of
 * events that has begun may take as long as it likes. The handler learns of it by `requestSignal`; what it writes
 * afterwards is dropped.
 * @throws HP_DURATION_INVALID
 */
export function createTimeouts(options: TimeoutOptions = {}): Timeouts {
  const { routes = [], timeout, status = 503 } = options
  const timeoutOf = createRouteSettings<number>(routes, {
    read: ({ options: { timeout } }) => (timeout === undefined ? undefined : parseDuration(timeout)),
    otherwise: timeout === undefined ? Infinity : parseDuration(timeout),
  })
  const answer = prepareProblem({
    status,
    title: 'Timed out',
    detail: 'The answer took too long to make, and was given up.',
  })

  return {
    wrap: (next) => (request, response) => {
      const timeoutMs = timeoutOf(request.method ?? 'GET', request.url ?? '')
      abortWhenGone(request, response)
      if (timeoutMs === Infinity) return next(request, response)
      const timer = setTimeout(() => {
        if (response.headersSent || response.destroyed) return
        if (timedOut.hasSubscribers) timedOut.publish({ timeoutMs } satisfies HttpTimeoutMessage)
        answeredFor.add(response)
        markUnavailable(response)
        answer(response)
        dropLateAnswer(response)
        abortRequest(request, httpErrors.HP_HTTP_TIMEOUT({ timeout: formatDuration(timeoutMs) }))
      }, timeoutMs)
      response.once('close', () => clearTimeout(timer))
      next(request, response)
    },
  }
}
