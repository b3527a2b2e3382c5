import { Client, type PoolClient } from 'pg'
import type { DatabasePool } from '../pool.ts'
import type { Explain } from '../tap/plan-capture.ts'
import { explainOn } from '../tap/side-connection.ts'

/** The embedded database has one session: a plan waits its turn like everybody. Its statements are not counted. */
export function explainEmbedded(pool: DatabasePool): Explain {
  return {
    close: async () => {},
    async explain(text, values, options) {
      const client = await pool.connect()
      try {
        return await explainOn(beneathTap(client), text, { values, ...options })
      } finally {
        client.release()
      }
    },
  }
}

function beneathTap(client: PoolClient): Pick<Client, 'query'> {
  const { query } = Object.getPrototypeOf(client) as Client
  return { query: query.bind(client) }
}
