import type { IncomingMessage, ServerResponse } from 'node:http'
import { median, route } from '@hotpath/core'
import { createRateLimit } from '@hotpath/http/limits'
import type { BarResult, SuiteContext } from '../suite.ts'

const clients = 1_000
const barNs = 200

/** What a rate limit without Redis adds to a request that the HTTP cache answers. */
export function takeCostBar({ quick, progress }: SuiteContext): BarResult {
  progress('the rate limit of one process, per request')
  const routes = [
    route('POST /api/auth/sign-in', { limit: 'auth' }),
    route('GET /api/auth/me', { limit: 'auth' }),
  ]
  const groups = { api: { limit: 1e6, window: '1s' }, auth: { limit: 5, window: '15m' } } as const
  const limits = createRateLimit({ routes, groups, default: 'api', defersFields: true })
  let passed = 0
  const listener = limits.wrap(() => void (passed += 1))
  const requests = Array.from({ length: clients }, (_, client) => ({
    method: 'GET',
    url: `/api/ballots/${client % 100}?page=${client}`,
    headers: {},
    socket: { remoteAddress: `10.0.${client >> 8}.${client & 255}` },
  })) as unknown as IncomingMessage[]
  const rounds = Array.from({ length: quick ? 5 : 15 }, () => timePerRequest(listener, requests))
  limits.close()
  if (passed === 0) throw new Error('No request was admitted.')
  const ours = median(rounds.slice(2))
  return {
    id: 'memory-cost',
    what: 'A rate limit in memory, per request: route, key, decision and fields',
    ours,
    peers: {},
    unit: 'ns',
    ratio: ours / barNs,
    bar: `< ${barNs} ns`,
    holds: ours < barNs,
  }
}

function timePerRequest(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  requests: readonly IncomingMessage[],
): number {
  const count = 200_000
  const startedAt = process.hrtime.bigint()
  for (let index = 0; index < count; index++) {
    // A new one each time, as in a server: what is left on one must not be found on the next.
    const response = { statusCode: 200 } as ServerResponse
    listener(requests[index % requests.length]!, response)
  }
  return Number(process.hrtime.bigint() - startedAt) / count
}
