import { HotpathError } from '@hotpath/core'

const connectionCodes = new Set([
  'HP_CONNECTION_LOST',
  'HP_DATABASE_UNREACHABLE',
  'HP_DATABASE_REFUSED',
  'HP_POOL_TIMEOUT',
])

/** The server goes away, or is not there yet. */
const serverStates = /^(57P0[1-5]|08\w{3})$/

/** Answers that the primary would not have given: a conflict with replay, a write in what looked like a read. */
const replicaStates = new Set(['40001', '40P01', '25006', '0A000', '55000'])

/** `gone`: the replica serves nobody; `elsewhere`: this read alone goes to the primary. Null: the caller's own error. */
export function replicaTrouble(error: unknown): 'gone' | 'elsewhere' | null {
  if (!(error instanceof Error)) return null
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return null
  if (code === 'HP_POOL_TIMEOUT') return 'elsewhere'
  if (error instanceof HotpathError && connectionCodes.has(code)) return 'gone'
  if (serverStates.test(code)) return 'gone'
  return replicaStates.has(code) ? 'elsewhere' : null
}
