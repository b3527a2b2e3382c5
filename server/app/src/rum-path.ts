import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { beaconLimits, paths, type RatePolicy, route } from '@hotpath/core'
import { createRateLimit, type TrustedProxies } from '@hotpath/http/limits'
import type { BrowserVitals } from '@hotpath/monitor'
import { type Answer, sendProblem } from './respond.ts'

/** Which browsers report, and how much of it is taken in. */
export interface PageVitals {
  /** Templates of the pages, as the sender names them: `/ballots/:id`. All others are counted as `other`. */
  pages: readonly string[]
  /** Share of the reports that is counted, from 0 to 1. @default 1 */
  sample?: number
  /** What one address may send. @default 120 a minute */
  limit?: RatePolicy
}

export interface RumPathOptions {
  vitals: BrowserVitals
  limit: RatePolicy | undefined
  /** Proxies in front of the server. @default none: the peer of the connection is the client */
  proxies?: TrustedProxies
}

/** The public path at which browsers report. */
export interface RumPath {
  /** By method and path. */
  readonly answers: Record<string, Answer>
  close(): void
}

const usualLimit = { limit: 120, window: '1m' } as const satisfies RatePolicy
const largestBody: number = beaconLimits.bytes

/**
 * Takes beacons of this very site alone: few from one address, short, and none that a page of another site could send
 * in a visitor's name. What is counted and what is left out by sampling look the same from outside.
 * @throws HP_HTTP_RATE_INVALID, HP_HTTP_PROXIES_INVALID, HP_DURATION_INVALID
 */
export function openRumPath({ vitals, limit = usualLimit, proxies }: RumPathOptions): RumPath {
  const pattern = `POST ${paths.rum}` as const
  // Each process counts for itself: a beacon is not worth a round trip.
  const rate = createRateLimit({ routes: [route(pattern, { limit })], ...(proxies && { proxies }) })
  const limited = rate.wrap((request, response) => void take(vitals, request, response))
  return {
    answers: {
      [pattern](request, response) {
        limited(request, response)
        if (response.statusCode === 429) vitals.refuse('limited')
      },
    },
    close: () => rate.close(),
  }
}

async function take(
  vitals: BrowserVitals,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers } = request
  if (!isOfThisSite(headers)) {
    vitals.refuse('foreign')
    return turnAway(response, 403, 'Only pages of this site report here.')
  }
  if (!isText(headers))
    return turnAway(response, 415, 'Send the report as JSON, in text/plain or application/json.')
  const text = await readText(request)
  if (text === 'gone') return
  if (text === 'too large') {
    vitals.refuse('tooLarge')
    return turnAway(response, 413, `A report has at most ${largestBody} bytes.`)
  }
  if (vitals.receive(text.body) === 'malformed')
    return turnAway(response, 400, 'This is no report of a page.')
  response.writeHead(204, { 'cache-control': 'no-store' }).end()
}

/** What is left of the body is not waited for. */
function turnAway(response: ServerResponse, status: number, detail: string): void {
  if (response.req.httpVersionMajor === 1) response.setHeader('connection', 'close')
  sendProblem(response, status, detail)
}

/** Browsers say it by Fetch Metadata over https, and by Origin at every POST. */
function isOfThisSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const host = headers.host ?? String(headers[':authority'] ?? '')
  return headers.origin === `https://${host}` || headers.origin === `http://${host}`
}

function isText(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'] ?? ''
  return headers['content-encoding'] === undefined && /^(text\/plain|application\/json)\s*(;|$)/i.test(type)
}

type Body = { body: string } | 'too large' | 'gone'

async function readText(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers['content-length']) > largestBody) return 'too large'
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > largestBody) return 'too large'
      chunks.push(chunk)
    }
  } catch {
    return 'gone'
  }
  return { body: Buffer.concat(chunks).toString('utf8') }
}
