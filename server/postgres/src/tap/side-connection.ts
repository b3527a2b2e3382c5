import { Client, type ClientConfig } from 'pg'
import type { Explain } from './plan-capture.ts'
import type { PlanNode } from './plan.ts'

/** How long the server may think about a plan, or run the statement again. */
const statementTimeoutMs = 5_000

/** Opened when the first plan is asked for, closed after so long without another. */
const idleMs = 30_000

/**
 * A connection beside the pool, which serves the tap alone: a pool that is exhausted can still be explained, and its
 * connections are left in peace.
 */
export function explainOnSide(config: ClientConfig): Explain {
  let client: Promise<Client> | undefined
  let idle: NodeJS.Timeout | undefined

  async function open(): Promise<Client> {
    const { statement_timeout: _, ...rest } = config as ClientConfig & { Client?: unknown }
    const opened = new Client({
      ...rest,
      password: config.password,
      application_name: 'hotpath explain',
      connectionTimeoutMillis: statementTimeoutMs,
    })
    opened.on('error', () => (client = undefined))
    await opened.connect()
    // A plan that nobody waits for must not keep the process.
    ;(opened as Client & { unref(): void }).unref()
    return opened
  }

  async function close(): Promise<void> {
    clearTimeout(idle)
    const opened = client
    client = undefined
    await opened?.then(
      (one) => {
        // Whoever closes waits for its end, and nothing else may keep the process until then.
        ;(one as Client & { ref(): void }).ref()
        return one.end()
      },
      () => {},
    )
  }

  return {
    close,
    async explain(text, values, { analyze }) {
      clearTimeout(idle)
      client ??= open()
      const opened = await client.catch((error: unknown) => {
        client = undefined
        throw error
      })
      try {
        return await explainOn(opened, text, { values, analyze })
      } finally {
        idle = setTimeout(() => void close(), idleMs).unref()
      }
    },
  }
}

/** In a transaction that can change nothing and is rolled back. */
export async function explainOn(
  client: Pick<Client, 'query'>,
  text: string,
  { values, analyze }: { values: readonly unknown[]; analyze: boolean },
): Promise<PlanNode> {
  const options = analyze ? 'analyze, buffers, format json' : 'format json'
  await client.query(`begin read only; set local statement_timeout = ${statementTimeoutMs}`)
  try {
    // The extended protocol takes one statement only: nothing behind a semicolon leaves the transaction.
    const asked = { text: `explain (${options}) ${text}`, values: [...values], queryMode: 'extended' }
    const { rows } = await client.query(asked)
    return (rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan
  } finally {
    await client.query('rollback')
  }
}
