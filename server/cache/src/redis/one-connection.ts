import { createClient, ErrorReply, RESP_TYPES } from 'redis'
import type { RedisAddress } from './address.ts'
import { preparedScripts } from './script-digests.ts'

/** How to check the server's certificate, as `tls.connect` takes it. */
export interface TlsOptions {
  ca?: string | Buffer
  cert?: string | Buffer
  key?: string | Buffer
  servername?: string
  rejectUnauthorized?: boolean
}

export interface ConnectionOptions {
  address: RedisAddress
  /** Whether to ask for RESP3 and change notices. Without them RESP2 is spoken. */
  tracking: boolean
  trackedPrefix: string
  /** Milliseconds until the connection must be ready. */
  connectTimeout: number
  tls: TlsOptions
}

export type OneConnection = ReturnType<typeof createOneConnection>

/** A client of node-redis that neither reconnects, nor queues while offline, nor keeps a timer for each command. */
export function createOneConnection(options: ConnectionOptions, signal: AbortSignal) {
  const { address, tracking, connectTimeout } = options
  const { host, port, username, password, database } = address
  const socket = { host, port, connectTimeout, reconnectStrategy: false as const, signal }
  return createClient({
    RESP: tracking ? 3 : 2,
    emitInvalidate: tracking,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    database,
    commandOptions: {
      timeout: 0,
      // Maps as lists, as RESP2 has them.
      typeMapping: {
        [RESP_TYPES.BLOB_STRING]: Buffer,
        [RESP_TYPES.SIMPLE_STRING]: Buffer,
        [RESP_TYPES.MAP]: Array,
      },
    },
    socket: address.tls ? { ...options.tls, ...socket, tls: true } : socket,
    // Shown by CLIENT LIST. Where the user may not use CLIENT, it cannot be set without HELLO.
    ...(tracking ? { name: 'hotpath-cache' } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  })
}

/** A connection as Redis knows it. */
export interface ConnectionId {
  /** Of the server: another one counts its clients anew. */
  runId: string
  /** Undefined where the user may not ask. */
  clientId: number | undefined
}

/** What a connection is ready with, or why it is not. */
export type Arming =
  | ConnectionId
  /** It was the change notices that were refused. */
  | { refused: unknown; tracking: boolean }

/** Everything that must be said before the first command, in one write. */
export async function armConnection(client: OneConnection, options: ConnectionOptions): Promise<Arming> {
  // node-redis has armed plain tracking, and Redis does not switch from that to prefixes.
  const track = options.tracking
    ? [['OFF'], ['ON', 'BCAST', 'PREFIX', options.trackedPrefix]].map((words) =>
        client.sendCommand(['CLIENT', 'TRACKING', ...words]),
      )
    : []
  // A read of the slot that holds all of our keys: it finds out that they are elsewhere, or not loaded yet.
  const probe = client.sendCommand(['GET', options.trackedPrefix])
  const info = client.sendCommand<string | Buffer>(['INFO', 'server'])
  const id = client.sendCommand<number>(['CLIENT', 'ID'])
  // Where scripts may not be loaded, the first EVAL of each does it.
  const loads = Object.values(preparedScripts).map(({ text }) => client.sendCommand(['SCRIPT', 'LOAD', text]))
  const [tracked, probed, informed, identified] = await Promise.all([
    Promise.allSettled(track),
    Promise.allSettled([probe]),
    Promise.allSettled([info]),
    Promise.allSettled([id]),
    Promise.allSettled(loads),
  ])
  const untracked = tracked.find((result) => result.status === 'rejected')
  if (untracked) return { refused: untracked.reason, tracking: true }
  const [read] = probed
  if (read.status === 'rejected' && !isOnItsWay(read.reason)) return { refused: read.reason, tracking: false }
  const [about] = informed
  const [own] = identified
  return {
    runId: (about.status === 'fulfilled' && runIdIn(about.value)) || crypto.randomUUID(),
    clientId: own.status === 'fulfilled' ? own.value : undefined,
  }
}

/**
 * Ends an earlier connection of this process, should Redis still hold it: what it sent and Redis has not read yet
 * must not be done after what this connection sends.
 */
export async function endPredecessor(
  client: OneConnection,
  predecessor: ConnectionId | undefined,
  { runId }: ConnectionId,
): Promise<void> {
  if (predecessor?.clientId === undefined || predecessor.runId !== runId) return
  const kill = client.sendCommand(['CLIENT', 'KILL', 'ID', String(predecessor.clientId)])
  // Refused, or gone already: there is nothing more that could be done.
  await Promise.allSettled([kill])
}

/** While a slot moves to another node, its present owner sends there only those who ask for keys it no longer has. */
const isOnItsWay = (error: unknown) => error instanceof ErrorReply && error.message.startsWith('ASK ')

/** Without INFO no restart would be noticed: then each connection counts as a server of its own. */
const runIdIn = (info: string | Buffer) => /^run_id:(\w+)/m.exec(info.toString())?.[1]
