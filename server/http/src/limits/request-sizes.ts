import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Bytes, formatBytes, parseBytes, type Route } from '@hotpath/core'
import { prepareProblem, type SendProblem } from '../api/problem.ts'
import { httpErrors } from '../errors.ts'
import { hangUp } from '../hang-up.ts'
import { tapBody } from './body-tap.ts'
import { dropLateAnswer } from './late-answers.ts'
import { createRouteSettings } from './route-settings.ts'

export interface RequestSizesOptions {
  /** The route table: `maxBody` of each. @default none */
  readonly routes?: readonly Route[]
  /** Largest body of any other request. @default none */
  readonly maxBody?: Bytes
  /** Most bytes of names and values in a head, beside Node's own bound of 16 KiB. @default none */
  readonly maxHeaders?: Bytes
}

/** Refuses requests that are too large: 413 for the body, 431 for the head. */
export interface RequestSizes {
  wrap(next: RequestListener): RequestListener
}

interface BodyBound {
  readonly bytes: number
  readonly refuse: SendProblem
}

/**
 * Makes the size bounds of one application. A body that says its length is refused before any of it is read, one that
 * does not as soon as it is too long, whether the handler has begun with it or not.
 * @throws HP_BYTES_INVALID
 */
export function createRequestSizes(options: RequestSizesOptions = {}): RequestSizes {
  const { routes = [], maxBody, maxHeaders } = options
  const boundOf = createRouteSettings<BodyBound | null>(routes, {
    read: ({ options: { maxBody } }) => (maxBody === undefined ? undefined : readBound(maxBody)),
    otherwise: maxBody === undefined ? null : readBound(maxBody),
  })
  const mostHeaders = maxHeaders === undefined ? Infinity : parseBytes(maxHeaders)
  const refuseHead = prepareProblem({
    status: 431,
    detail: `The head of the request is longer than ${formatBytes(mostHeaders)}.`,
  })

  return {
    wrap: (next) => (request, response) => {
      if (mostHeaders < Infinity && headBytes(request) > mostHeaders)
        return refuseHead(response, hangUp(request))
      const bound = boundOf(request.method ?? 'GET', request.url ?? '')
      if (bound === null) return next(request, response)
      const announced = request.headers['content-length']
      if (announced !== undefined && Number(announced) > bound.bytes)
        return bound.refuse(response, hangUp(request))
      if (announced === undefined) countBody(request, response, bound)
      if (!response.writableEnded) next(request, response)
    },
  }
}

function readBound(maxBody: Bytes): BodyBound {
  const bytes = parseBytes(maxBody)
  const refuse = prepareProblem({
    status: 413,
    detail: `The body of the request is longer than ${formatBytes(bytes)}.`,
  })
  return { bytes, refuse }
}

function countBody(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes: most, refuse }: BodyBound,
): void {
  let bytes = 0
  let isRefused = false
  tapBody(request, (chunk) => {
    // Its end neither: to whoever reads it, what came so far would pass for the whole body.
    if (isRefused) return true
    bytes += chunk?.length ?? 0
    if (bytes <= most) return false
    isRefused = true
    // Whoever reads the body waits for its end, and learns by this that it will not come.
    const tooLong = httpErrors.HP_HTTP_BODY_TOO_LONG({ most: formatBytes(most) })
    response.once('close', () => void request.destroy(tooLong))
    refuse(response, hangUp(request))
    dropLateAnswer(response)
    return true
  })
}

function headBytes({ rawHeaders }: IncomingMessage): number {
  let bytes = 0
  for (const part of rawHeaders) bytes += part.length
  return bytes
}
