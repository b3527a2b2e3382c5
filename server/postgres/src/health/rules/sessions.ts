import { formatDuration } from '@hotpath/core'
import { shapeOf } from '../../tap/shape.ts'
import type { SessionRow } from '../catalog/activity.ts'
import type { Finding } from '../finding.ts'

/** Seconds. */
const longestIdle = 60
const longestTransaction = 300
const longestBlock = 5

/** Transactions that are open for long: vacuum may remove nothing that is younger. */
export function longTransactions(sessions: readonly SessionRow[]): Finding[] {
  return sessions
    .filter(({ state, transactionFor, stateFor }) => {
      const isIdle = state?.startsWith('idle in transaction') === true && stateFor > longestIdle
      return transactionFor !== null && (isIdle || transactionFor > longestTransaction)
    })
    .map((session) => ({
      rule: 'long-transaction',
      severity: 'warning',
      subject: nameOf(session),
      evidence: `Its transaction is open for ${seconds(session.transactionFor!)}, ${session.state} for ${seconds(session.stateFor)}: ${textOf(session)}`,
      statement: `select pg_terminate_backend(${session.pid})`,
    }))
}

/** Sessions that wait for a lock, by whom they wait for. */
export function blockedSessions(sessions: readonly SessionRow[]): Finding[] {
  const waiting = sessions.filter(
    ({ blockedBy, stateFor }) => blockedBy.length > 0 && stateFor > longestBlock,
  )
  const blocked = new Set(waiting.map(({ pid }) => pid))
  const roots = new Set(
    waiting.flatMap(({ blockedBy }) => blockedBy).filter((pid) => pid > 0 && !blocked.has(pid)),
  )
  return [...roots].map((pid) => {
    const behind = waiting.filter(({ blockedBy }) => blockedBy.includes(pid))
    const longest = Math.max(...behind.map(({ stateFor }) => stateFor))
    const blocker = sessions.find((session) => session.pid === pid)
    return {
      rule: 'lock',
      severity: 'critical',
      subject: blocker ? nameOf(blocker) : `process ${pid}`,
      evidence: `${behind.length} session${behind.length === 1 ? ' waits' : 's wait'} for its locks, the longest for ${seconds(longest)}${blocker ? `; it runs: ${textOf(blocker)}` : ''}`,
      statement: `select pg_terminate_backend(${pid})`,
    } as const
  })
}

const nameOf = ({ pid, application }: SessionRow) => `process ${pid}${application ? ` (${application})` : ''}`
const seconds = (value: number) => formatDuration(Math.round(value) * 1000)
/** Without its values: they may be anybody's data. */
const textOf = ({ query }: SessionRow) => shapeOf(query.slice(0, 2_000)).slice(0, 120)
