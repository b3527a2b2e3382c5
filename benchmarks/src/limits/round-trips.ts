import { startRedis } from '@hotpath/cache/local'
import { Pool } from 'undici'
import { createRandom } from '../cache/traces.ts'
import type { BarResult, SuiteContext } from '../suite.ts'
import { contestants, keyHeader, limit } from './contestants.ts'

interface Scene {
  id: string
  what: string
  /** Requests of each key; the limit admits `limit` of them. */
  perKey: number
}

const scenes: readonly Scene[] = [
  { id: 'round-trips-within', what: 'all within the limit', perKey: 80 },
  { id: 'round-trips-beyond', what: 'a third beyond the limit', perKey: 150 },
]

interface Outcome {
  roundTrips: number
  /** By how much the worst key was admitted too often, and too rarely. */
  over: number
  under: number
}

const processes = 2
const inFlight = 64

/** How often Redis is asked, and how exact that is: many keys, each asking two processes at random. */
export async function roundTripBars({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const keys = quick ? 200 : 1_000
  const bars: BarResult[] = []
  for (const { id, what, perKey } of scenes) {
    const outcomes: Record<string, Outcome> = {}
    for (const name of Object.keys(contestants) as (keyof typeof contestants)[]) {
      progress(`${keys} keys, ${perKey} requests each, ${what}: ${name}`)
      outcomes[name] = await measure(name, { keys, perKey })
    }
    const { hotpath, 'express-rate-limit': express } = outcomes
    const ratio = express!.roundTrips / hotpath!.roundTrips
    const isExact = hotpath!.over <= express!.over && hotpath!.under <= express!.under
    bars.push({
      id,
      what: `Round trips for ${keys} keys in ${processes} processes, ${what}`,
      ours: hotpath!.roundTrips,
      peers: { 'express-rate-limit + rate-limit-redis': express!.roundTrips },
      unit: 'round trips',
      ratio,
      bar: '≥ 20 × fewer, no key admitted more or less often than there',
      holds: ratio >= 20 && isExact,
      cells: Object.fromEntries(
        Object.entries(outcomes).map(([name, { roundTrips, over, under }]) => [
          name,
          `${roundTrips} (worst key +${over} −${under})`,
        ]),
      ),
    })
  }
  return bars
}

async function measure(
  name: keyof typeof contestants,
  { keys, perKey }: { keys: number; perKey: number },
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const redis = await startRedis()
  stack.defer(() => redis.stop())
  const limited = []
  for (let process = 0; process < processes; process++)
    limited.push(stack.use(await contestants[name](redis.url)))
  const pools = limited.map(({ port }) => new Pool(`http://127.0.0.1:${port}`, { connections: inFlight }))
  stack.defer(async () => void (await Promise.all(pools.map((pool) => pool.destroy()))))
  const before = limited.reduce((sum, { roundTrips }) => sum + roundTrips(), 0)
  const admitted = await askAll(pools, { keys, perKey })
  const after = limited.reduce((sum, { roundTrips }) => sum + roundTrips(), 0)
  const expected = Math.min(limit, perKey)
  return {
    roundTrips: after - before,
    over: Math.max(0, ...admitted.map((count) => count - expected)),
    under: Math.max(0, ...admitted.map((count) => expected - count)),
  }
}

/** The requests of all keys in one random order, each to one of the processes. */
async function askAll(
  pools: readonly Pool[],
  { keys, perKey }: { keys: number; perKey: number },
): Promise<number[]> {
  const random = createRandom(1)
  const order = Array.from({ length: keys * perKey }, (_, index) => index % keys)
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    ;[order[index], order[other]] = [order[other]!, order[index]!]
  }
  const admitted = Array.from({ length: keys }, () => 0)
  let next = 0
  const ask = async () => {
    while (next < order.length) {
      const key = order[next++]!
      const pool = pools[Math.floor(random() * pools.length)]!
      const { statusCode, body } = await pool.request({
        path: '/',
        method: 'GET',
        headers: { [keyHeader]: `key-${key}` },
      })
      await body.dump()
      if (statusCode === 200) admitted[key]! += 1
      else if (statusCode !== 429) throw new Error(`A limited request was answered ${statusCode}.`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, ask))
  return admitted
}
