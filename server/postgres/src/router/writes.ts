import type { PoolClient, QueryResult } from 'pg'
import type { Database } from '../database.ts'
import type { Functions } from '../schema/functions.ts'
import { isPlainRead } from '../schema/is-plain-read.ts'
import type { StatementReader } from '../tap/statement-reader.ts'
import { watchWrites } from '../writes/watch-writes.ts'
import type { Position } from './lsn.ts'
import { commitAndAsk, committedPosition } from './probe.ts'
import { advanceSession, currentSession, type Session } from './session.ts'

/** Connections whose commit asks for its position in the same round trip. */
const asksItself = new WeakSet<object>()

/** Every write in a session is noted there; where the log then stood is asked when somebody needs to know. */
export function noticeWrites(
  primary: Database,
  { reader, functions }: { reader: StatementReader; functions: Functions },
): () => void {
  return watchWrites(primary.pool, {
    classify(text) {
      const facts = reader.read(text)
      return isPlainRead(facts, functions) ? 'nothing' : facts
    },
    async committed({ client }) {
      const session = currentSession()
      if (!session || asksItself.has(client)) return
      session.wrote = true
      await session.onWrite?.()
    },
  })
}

/** Where the log stood after all that the session wrote; null where it wrote nothing. */
export async function positionOf(session: Session, ask: () => Promise<Position>): Promise<Position | null> {
  while (session.wrote) {
    // Whatever is written while the primary is asked has to be asked for again.
    session.wrote = false
    try {
      advanceSession(session, await ask())
    } catch (error) {
      session.wrote = true
      throw error
    }
  }
  return session.position
}

/** Commits, and learns in the same round trip what the session's later reads must see. */
export async function commit(client: PoolClient): Promise<QueryResult> {
  const session = currentSession()
  asksItself.add(client)
  try {
    const answers = (await client.query(commitAndAsk)) as unknown as QueryResult[]
    const position = committedPosition(answers)
    if (session && position) advanceSession(session, position)
    if (position) await session?.onWrite?.()
    return answers[0]!
  } catch (error) {
    // It may have taken effect.
    if (session) {
      session.wrote = true
      await session.onWrite?.()
    }
    throw error
  } finally {
    asksItself.delete(client)
  }
}

export async function runTransaction<T>(
  primary: Database,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await primary.pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await commit(client)
    return result
  } finally {
    // A client that comes back inside a transaction is rolled back by the pool.
    client.release()
  }
}
