import { Client } from 'pg'
import type { Database } from '../database.ts'
import { changesChannel, noticeTags } from './notices.ts'

export interface ListenerOptions {
  database: Database
  /** What changed outside. */
  onChange: (tags: readonly string[]) => void
  /** Nothing was heard for a while: whatever may have changed has changed. Done before it is listening again. */
  onGap: () => Promise<void>
  /** How often the connection has to show that it lives, in milliseconds; then it has as long to answer. */
  beatMs: number
}

/** Hears what the triggers tell. */
export interface Listener {
  /** False while notices may be missed. */
  isListening(): boolean
  close(): Promise<void>
}

const retryMs = 200

/** Listens on a connection of its own, or on the only one that an embedded database has. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  return options.database.kind === 'pglite' ? listenEmbedded(options) : listenToServer(options)
}

async function listenToServer({ database, onChange, onGap, beatMs }: ListenerOptions): Promise<Listener> {
  const state = { listening: false, closed: false, current: undefined as Client | undefined }

  /** Until the connection ends. */
  async function hear(): Promise<void> {
    const client = new Client(sessionOf(database))
    const over = new Promise<boolean>((resolve) => {
      client.on('end', () => resolve(false)).on('error', () => resolve(false))
    })
    client.on('notification', ({ payload }) => onChange(noticeTags(payload)))
    state.current = client
    try {
      await client.connect()
      await client.query(`listen ${changesChannel}`)
      await onGap()
      state.listening = !state.closed
      for (let alive = true; alive;) alive = await Promise.race([over, beat(client, beatMs)])
    } finally {
      state.listening = false
      destroy(client)
    }
  }

  async function hearAgain(): Promise<void> {
    while (!state.closed) {
      await hear().catch(() => {})
      if (!state.closed) await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  const ended = hearAgain()
  return {
    isListening: () => state.listening,
    async close() {
      state.closed = true
      if (state.current) destroy(state.current)
      await ended
    },
  }
}

/** Waits a beat and asks for a sign of life; false where none comes in time. */
async function beat(client: Client, beatMs: number): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, beatMs).unref())
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), beatMs)
  })
  try {
    return await Promise.race([client.query('select 1').then(() => true), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

const destroy = (client: Client) => client.connection.stream.destroy()

/** As the pool connects, without what is the pool's own. */
function sessionOf(database: Database) {
  const { host, port, user, password, database: name, ssl } = database.pool.options
  return { host, port, user, password, database: name, ssl, keepAlive: true } as ConstructorParameters<
    typeof Client
  >[0]
}

/** There is one session, and nobody else can write: what its triggers tell comes on the connection that wrote. */
async function listenEmbedded({ database, onChange, onGap }: ListenerOptions): Promise<Listener> {
  const { pool } = database
  const heard = new WeakSet<object>()
  let listening = false
  const onAcquire = (client: Client): void => {
    if (heard.has(client)) return
    heard.add(client)
    client.on('notification', ({ payload }) => onChange(noticeTags(payload)))
  }
  pool.on('acquire', onAcquire)
  const onConnect = (): void => {
    listening = false
    void start()
  }
  pool.on('connect', onConnect)
  async function start(): Promise<void> {
    await pool.query(`listen ${changesChannel}`)
    await onGap()
    listening = true
  }
  await start()
  return {
    isListening: () => listening,
    async close() {
      pool.off('acquire', onAcquire)
      pool.off('connect', onConnect)
      await pool.query(`unlisten ${changesChannel}`)
    },
  }
}
