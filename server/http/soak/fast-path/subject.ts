import { createServer, get, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { createTagSpace } from '@hotpath/cache'
import { createHttpCache, type HttpCacheStats } from '@hotpath/http'
import { type Application, createApplication, host, routes, warm } from './application.ts'
import type { StateStep } from './history.ts'

/** A server under test, in this process, so that it is known what it has read and what it still owes. */
export interface Subject extends AsyncDisposable {
  readonly name: SubjectName
  readonly port: number
  /** Whether it reads what comes, and the end, while node:http has paused a connection. */
  readonly readsInPauses: boolean
  /** The server's end of a connection; undefined until it is accepted. */
  socketOf(client: Socket): Socket | undefined
  readonly application: Pick<Application, 'pending' | 'hold' | 'goOn'>
  act(step: StateStep): Promise<void>
  /** What its cache has counted since it was filled; empty without one. */
  stats(): Readonly<Record<string, number>>
}

/**
 * node:http alone; with the cache before it; with the cache and the fast path. `listened`: with the cache, and somebody
 * listens to the bytes of its connections.
 */
export type SubjectName = 'bare' | 'plain' | 'fast' | 'listened'

/** How a server is set up: its limits are those of the fast path, too. */
export interface Setup {
  readonly options?: ServerOptions
  readonly maxRequestsPerSocket?: number
  /** Listens to upgrades and to requests that expect something. */
  readonly takesUpgrades?: boolean
  /** Clients may ask past what is stored; then nothing that all connections read stays as it is. */
  readonly obeysReload?: boolean
  /**
   * Nothing is compressed: then a miss is answered at once, as bare node:http does. Where it takes a moment, what follows
   * on the connection may be refused before it, and the answer is lost.
   */
  readonly isUncoded?: boolean
}

/** By name. */
export const setups = {
  usual: {},
  uncoded: { isUncoded: true },
  'small heads': { options: { maxHeaderSize: 1024 } },
  'few requests': { maxRequestsPerSocket: 3 },
  upgrades: { takesUpgrades: true },
  'no host needed': { options: { requireHostHeader: false, keepAliveTimeout: 0 } },
  'joined fields': { options: { joinDuplicateHeaders: true, keepAlive: true, noDelay: false } },
  'obeyed wishes': { obeysReload: true },
} as const satisfies Record<string, Setup>

export type SetupName = keyof typeof setups

/** Those under which connections do not change what others read. */
export const sharedSetups: readonly SetupName[] = (Object.keys(setups) as SetupName[]).filter(
  (name) => !('obeysReload' in setups[name]),
)

export interface SubjectOptions {
  readonly setup: Setup
  /** Puts itself between the network and the server once its store is filled: for servers that are wrong on purpose. */
  readonly tamper?: (server: Server) => void
}

/** Starts one, and stores in its cache what connections will only read. */
export async function startSubject(name: SubjectName, { setup, tamper }: SubjectOptions): Promise<Subject> {
  const application = createApplication()
  const clock = stoppedClock()
  const server = createServer(setup.options ?? {})
  if (setup.maxRequestsPerSocket !== undefined) server.maxRequestsPerSocket = setup.maxRequestsPerSocket
  server.on('request', application.listener)
  if (setup.takesUpgrades) listenToUpgrades(server, application.listener)
  const tags = createTagSpace()
  const cache =
    name === 'bare'
      ? null
      : createHttpCache({
          tags,
          routes,
          clock: clock.now,
          ignoreReload: setup.obeysReload !== true,
          compress: setup.isUncoded !== true,
          maxEntries: 1_000_000,
          maxBytes: '1024MiB',
        })
  cache?.attach(server, { fastPath: name === 'fast' })
  // Then Node's parser gets them through JavaScript, as it gets what is handed over, and not from the socket itself.
  if (name === 'listened') server.on('connection', (socket: Socket) => socket.on('data', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve))
  const { port } = server.address() as AddressInfo
  if (cache) await store(port, setup)
  application.closeStore()
  tamper?.(server)
  const sockets = rememberSockets(server)
  const before = cache?.stats()
  return {
    name,
    port,
    readsInPauses: name === 'listened',
    socketOf: ({ localAddress, localPort }) => sockets.get(`${localAddress}:${localPort}`),
    application,
    async act(step) {
      if (step.kind === 'pass') clock.pass(step.ms)
      else if (step.kind === 'purge') await cache?.purge(step.pattern)
      else await cache?.invalidate({ tags: [step.tag] })
    },
    stats: () => (cache && before ? since(before, cache.stats()) : {}),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.values()) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await tags.close()
    },
  }
}

function since(before: HttpCacheStats, now: HttpCacheStats): Record<string, number> {
  const { shadow: _none, ...counted } = now
  return Object.fromEntries(
    Object.entries(counted).map(([name, count]) => [name, count - before[name as keyof typeof counted]]),
  )
}

function stoppedClock(): { now(): number; pass(ms: number): void } {
  let at = Date.UTC(2026, 9, 1)
  return {
    now: () => at,
    pass(ms) {
      at += ms
    },
  }
}

/** By the client's address, whoever takes the connection over. */
function rememberSockets(server: Server): Map<string, Socket> {
  const sockets = new Map<string, Socket>()
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean
  const remembering = (event: string | symbol, ...args: unknown[]) => {
    const [socket] = args
    if (event === 'connection' && socket instanceof Socket) {
      const address = `${socket.remoteAddress}:${socket.remotePort}`
      sockets.set(address, socket)
      socket.once('close', () => setImmediate(forget, 32))
      // Its client still looks at how it ended.
      const forget = (turns: number): void => {
        if (turns > 0) return void setImmediate(forget, turns - 1)
        if (sockets.get(address) === socket) sockets.delete(address)
      }
    }
    return emit(event, ...args)
  }
  Object.assign(server, { emit: remembering })
  return sockets
}

function listenToUpgrades(server: Server, listener: RequestListener): void {
  server.on('upgrade', (request, socket, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`)
    socket.write(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}\n`)
    socket.write(head)
    socket.on('data', (part: Buffer) => socket.write(part))
  })
  server.on('checkContinue', (request, response) => {
    response.setHeader('X-Continue', 'asked')
    response.writeContinue()
    listener(request, response)
  })
  server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { 'Content-Length': 0 })
    response.end()
  })
}

/** Asks until everything is a hit, in each coding that is made behind the first answer. */
async function store(port: number, { isUncoded }: Setup): Promise<void> {
  for (const { path, variants, isLong } of warm) {
    for (const variant of variants) {
      const coding = isLong && !isUncoded ? variant['Accept-Encoding'] : undefined
      for (let tries = 0; !(await isStored({ port, path, variant, coding })); tries++) {
        if (tries > 500) throw new Error(`${path} was not stored for ${JSON.stringify(variant)}.`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    }
  }
}

interface Wanted {
  readonly port: number
  readonly path: string
  readonly variant: Readonly<Record<string, string>>
  /** In which coding it has to come; undefined where that does not matter. */
  readonly coding: string | undefined
}

function isStored({ port, path, variant, coding }: Wanted): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers: { Host: host, ...variant }, agent: false }
    get(options, (response) => {
      response.resume()
      const isHit = String(response.headers['cache-status']).includes('hit')
      const isCoded = coding === undefined || response.headers['content-encoding'] === coding
      response.once('close', () => resolve(isHit && isCoded))
    }).once('error', reject)
  })
}
