import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Bytes, parseBytes } from '@hotpath/core'
import { prepareProblem, type SendProblem } from '../api/problem.ts'
import type { Stage } from '../api/stage.ts'
import { httpErrors } from '../errors.ts'
import { hangUp } from '../hang-up.ts'
import { decodedRequest } from './decoded-request.ts'
import { type BodyCoding, bodyCoding, decodable, inflate, type InflateFailure } from './inflate.ts'

export interface RequestDecompressionOptions {
  /** Largest body once it is decoded. @default '1MiB' */
  maxBytes?: Bytes
  /** Largest body as it comes. @default '1MiB' */
  maxCompressedBytes?: Bytes
  /** Most bytes decoded per byte that came, of bodies above 64 KiB. @default 100 */
  maxRatio?: number
  /** Most bytes decoded for all requests whose bodies have not come to their end. @default '64MiB' */
  maxInFlight?: Bytes
}

export const requestDecompressionDefaults = {
  maxBytes: '1MiB',
  maxCompressedBytes: '1MiB',
  maxRatio: 100,
  maxInFlight: '64MiB',
} as const satisfies Required<RequestDecompressionOptions>

const unsupported = prepareProblem({
  status: 415,
  detail: `The body's Content-Encoding cannot be decoded. One of these can: ${decodable}.`,
})

const tooLarge = prepareProblem({
  status: 413,
  detail: 'The body is larger than this server takes, as it came or once it is decoded.',
})

const problems = {
  'compressed-too-large': tooLarge,
  'too-large': tooLarge,
  ratio: tooLarge,
  malformed: prepareProblem({
    status: 400,
    detail: 'The body is not what its Content-Encoding says, or broke off.',
  }),
  busy: prepareProblem({ status: 503, detail: 'Too many coded bodies are being read. Try again.' }),
} as const satisfies Record<Exclude<InflateFailure, 'aborted'>, SendProblem>

/**
 * Decodes the bodies of requests (zstd, br, gzip, deflate; RFC 9110 §8.4) before their listener sees them, whole and
 * within bounds: it gets the request without Content-Encoding, with the length of the decoded body. Refuses with
 * problem details: 413 beyond a bound, 415 for another or a second coding, 400 for what cannot be decoded.
 * @throws HP_HTTP_RATIO_INVALID, HP_BYTES_INVALID
 */
export function createRequestDecompression(options: RequestDecompressionOptions = {}): { wrap: Stage } {
  const given = { ...requestDecompressionDefaults, ...options }
  const { maxRatio } = given
  if (!(maxRatio > 1)) throw httpErrors.HP_HTTP_RATIO_INVALID({ given: maxRatio })
  const maxBytes = parseBytes(given.maxBytes)
  const maxCompressedBytes = parseBytes(given.maxCompressedBytes)
  const maxInFlight = parseBytes(given.maxInFlight)
  let inFlight = 0

  async function read(request: IncomingMessage, coding: BodyCoding): Promise<Buffer | InflateFailure> {
    let taken = 0
    const take = (bytes: number): boolean => {
      if (inFlight + bytes > maxInFlight) return false
      taken += bytes
      inFlight += bytes
      return true
    }
    const outcome = await inflate(request, coding, { maxBytes, maxCompressedBytes, maxRatio, take })
    inFlight -= taken
    return outcome
  }

  async function decode(arrived: Arrived, coding: BodyCoding): Promise<void> {
    const { request, response, listener } = arrived
    const outcome = await read(request, coding)
    if (outcome === 'aborted' || response.destroyed) return
    if (typeof outcome !== 'string') return listener(decodedRequest(request, outcome), response)
    problems[outcome](response, { ...hangUp(request), ...(outcome === 'busy' && { 'Retry-After': '1' }) })
  }

  return {
    wrap: (listener) => (request, response) => {
      const field = request.headers['content-encoding']
      if (field === undefined) return listener(request, response)
      const coding = bodyCoding(field)
      if (coding === 'identity' || !hasBody(request)) return listener(request, response)
      if (coding === undefined) {
        return unsupported(response, { ...hangUp(request), 'Accept-Encoding': decodable })
      }
      if (Number(request.headers['content-length']) > maxCompressedBytes) {
        return tooLarge(response, hangUp(request))
      }
      void decode({ request, response, listener }, coding)
    },
  }
}

interface Arrived {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly listener: RequestListener
}

function hasBody({ headers, httpVersionMajor, readableEnded }: IncomingMessage): boolean {
  if (httpVersionMajor > 1) return !readableEnded
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0
}
