import { runInScope, tapPool } from '@hotpath/postgres/tap'
import { startPostgres } from '@hotpath/postgres/local'
import { median } from '@hotpath/core'
import { Pool } from 'pg'
import { interleave } from '../cache/interleave.ts'

/** Point reads per second through a pg Pool, by what stands around it. */
export interface TapCost {
  bare: number
  tapped: number
  /** Each read in a request of its own, as an application sends it. */
  inRequests: number
  /** The median of the ratios of neighbours in time. */
  ratio: number
  ratioInRequests: number
  server: string
}

const rows = 100_000
const concurrency = 8
/** Reads at a stretch: short, so that what else the machine does meets neighbours alike. */
const stretch = 3_000

/** Reads of one row by its key, eight at a time: what pgbench's select-only script does, through the driver. */
export async function measureTapCost(rounds: number): Promise<TapCost> {
  const server = await startPostgres({ durable: false })
  const open = () => new Pool({ connectionString: server.url, max: concurrency })
  const pools = { bare: open(), tapped: open() }
  // A connection may still be closing when the server stops.
  for (const pool of Object.values(pools)) pool.on('error', () => {})
  const tap = tapPool(pools.tapped)
  try {
    await pools.bare.query('create table accounts (aid int primary key, balance int, filler char(84))')
    await pools.bare.query(`insert into accounts select n, 0, '' from generate_series(1, ${rows}) n`)
    await pools.bare.query('vacuum analyze accounts')
    const inRequest = (work: () => Promise<unknown>) => runInScope({ route: 'GET /accounts/:id' }, work)
    const figures = await interleave(
      {
        bare: () => read(pools.bare, (work) => work()),
        tapped: () => read(pools.tapped, (work) => work()),
        inRequests: () => read(pools.tapped, inRequest),
      },
      { rounds, warmups: 6 },
    )
    const { bare, tapped, inRequests } = figures
    const beside = (ours: number[]) => median(ours.map((rate, round) => rate / bare[round]!))
    return {
      bare: median(bare),
      tapped: median(tapped),
      inRequests: median(inRequests),
      ratio: beside(tapped),
      ratioInRequests: beside(inRequests),
      server: server.version,
    }
  } finally {
    await tap.close()
    await Promise.all([pools.bare.end(), pools.tapped.end()])
    await server.stop()
  }
}

/** Reads per second, over one stretch. */
async function read(pool: Pool, around: (work: () => Promise<unknown>) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  let left = stretch
  // Any order will do, as long as it is the same for all: a multiplicative walk over the keys.
  let key = 1
  const reader = async () => {
    while (left > 0) {
      left -= 1
      key = (key * 48_271) % 2_147_483_647
      const aid = (key % rows) + 1
      await around(() => pool.query('select balance from accounts where aid = $1', [aid]))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, reader))
  return (1000 * stretch) / (performance.now() - startedAt)
}
