import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cacheErrors } from '../errors.ts'
import { redisArguments, type RedisSettings } from './arguments.ts'
import { freePort } from './free-port.ts'
import { whenWeEnd } from './guard.ts'
import { startServer, type ServerProcess } from './server-process.ts'

export interface StartRedisOptions extends Omit<RedisSettings, 'clusterBusPort'> {
  /** @default a free one */
  port?: number
  /** Where it keeps its data; stays after `stop()`. @default a temporary folder, removed by `stop()` */
  folder?: string
  /** Where redis-server is looked for beside the PATH. @default '/usr/sbin' and '/usr/local/bin' */
  systemFolders?: readonly string[]
  /** Runs as a node of a cluster; joining the nodes is up to the caller. @default false */
  cluster?: boolean
}

/** A Redis of one's own on 127.0.0.1. It ends with this process, however that ends. */
export interface LocalRedis {
  /** With the password, if there is one. */
  url: string
  port: number
  pid: number
  folder: string
  /** Stops it and removes its temporary folder. May be repeated, and called after `kill()`. */
  stop(): Promise<void>
  /** Ends it at once, as a crash does. Its folder stays, so that another can be started on it. */
  kill(): Promise<void>
  /** Freezes the process: connections stay open and nothing is answered, until `resume()` or so many milliseconds. */
  pause(milliseconds?: number): void
  resume(): void
}

const attempts = 5
/** How long a start may take, in milliseconds: a machine that runs all tests at once is slow. */
const patience = 20_000

/**
 * Starts a temporary Redis for tests, benchmarks and local runs with several processes. Nothing is kept on disk unless
 * asked for.
 * @throws HP_CACHE_REDIS_MISSING, HP_CACHE_REDIS_START_FAILED
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<LocalRedis> {
  const program = findProgram(options.systemFolders ?? ['/usr/sbin', '/usr/local/bin'])
  if (program === undefined) throw cacheErrors.HP_CACHE_REDIS_MISSING()
  const temporary = options.folder === undefined
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'hotpath-redis-')))
  const guard = temporary ? whenWeEnd({ remove: folder }) : undefined
  async function removeFolder(): Promise<void> {
    guard?.kill()
    if (temporary) await rm(folder, { recursive: true, force: true })
  }
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const bus = options.cluster ? { clusterBusPort: await freePort() } : {}
    const started = await startServer(program, redisArguments({ ...options, ...bus }, port, folder), patience)
    if (!('output' in started)) return localRedis(started, { ...options, port, folder, removeFolder })
    // Between asking for a free port and using it, somebody else may have taken it.
    if (options.port === undefined && attempt < attempts && isPortTaken(started.output)) continue
    await removeFolder()
    throw cacheErrors.HP_CACHE_REDIS_START_FAILED(started)
  }
}

const isPortTaken = (output: string) => /Address already in use|Failed listening on port/.test(output)

interface Place {
  port: number
  folder: string
  password?: string
  removeFolder(): Promise<void>
}

function localRedis(server: ServerProcess, { port, folder, password, removeFolder }: Place): LocalRedis {
  let wakeUp: NodeJS.Timeout | undefined
  const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  async function kill(): Promise<void> {
    clearTimeout(wakeUp)
    await server.kill()
  }
  return {
    url: `redis://${login}127.0.0.1:${port}`,
    port,
    pid: server.pid,
    folder,
    kill,
    async stop() {
      await kill()
      await removeFolder()
    },
    pause(milliseconds) {
      clearTimeout(wakeUp)
      server.signal('SIGSTOP')
      if (milliseconds !== undefined) wakeUp = setTimeout(() => server.signal('SIGCONT'), milliseconds)
    },
    resume() {
      clearTimeout(wakeUp)
      server.signal('SIGCONT')
    },
  }
}

function findProgram(systemFolders: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...systemFolders]
  return folders.map((folder) => path.join(folder, 'redis-server')).find((file) => existsSync(file))
}
