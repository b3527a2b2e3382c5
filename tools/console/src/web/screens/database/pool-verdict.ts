import type { DatabaseReport } from '@hotpath/core'
import { count, duration, percent } from '../../parts/say.ts'
import type { Tone } from '../../parts/standing-icon.tsx'

/** How the pool stands, in a sentence. */
export interface PoolVerdict {
  tone: Tone
  word: string
  sentence: string
}

const longWaitMs = 10
const oftenTaken = 0.5

/** Whether callers wait for connections, and what would end it. */
export function poolVerdict({
  pool,
  sizing,
  kind,
}: Pick<DatabaseReport, 'pool' | 'sizing' | 'kind'>): PoolVerdict {
  const waits = pool.waitMs.p95
  const isShort = pool.waiting > 0 || waits > longWaitMs || pool.saturation > oftenTaken
  if (!isShort) {
    return {
      tone: 'good',
      word: 'Pool at ease',
      sentence: `Nobody waits for a connection: ${count(pool.total - pool.idle)} of ${count(pool.max)} in use, waits of ${duration(waits)} (p95).`,
    }
  }
  const found = `Callers waited ${duration(waits)} (p95) for a connection, and all ${count(pool.max)} were taken ${percent(pool.saturation)} of the time.`
  return {
    tone: waits > 5 * longWaitMs ? 'bad' : 'warn',
    word: 'Pool short',
    sentence: `${found} ${adviceFor(sizing, kind, pool.max)}`,
  }
}

function adviceFor(sizing: DatabaseReport['sizing'], kind: DatabaseReport['kind'], max: number): string {
  if (kind === 'pglite') return 'The embedded database has one connection: make statements fewer or shorter.'
  if (!sizing) return ''
  if (!sizing.fits) {
    return `The server gives ${count(sizing.available)} connections to ${count(sizing.instances)} processes: make statements shorter, or pool in front of it.`
  }
  if (sizing.size > max) return `DATABASE_POOL_SIZE=${sizing.size} would do.`
  return 'More connections would not help now: make statements shorter.'
}
