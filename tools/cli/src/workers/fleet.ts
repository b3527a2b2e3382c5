import cluster, { type Worker as ClusterWorker } from 'node:cluster'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FleetMessage, FleetOrder, Progress } from '@hotpath/app'
import { freePort } from '@hotpath/cache/local'
import type { AppFolder } from '../apps.ts'
import { type Failure, type FromWorker, type ToWorker, type WorkerOptions, errorOf } from './messages.ts'
import { createRelay, type Relayed } from './relay.ts'
import { createRestartPolicy, type RestartPolicy } from './restart.ts'

export interface FleetOptions {
  app: AppFolder
  /** How many processes. */
  count: number
  start: WorkerOptions
  /** What all of them share, beside this process' own environment. */
  environment: Readonly<Record<string, string>>
  onProgress: (progress: Progress) => void
  /** Told what becomes of workers, in words. */
  say: (text: string) => void
}

/** Several processes of one application on one port. */
export interface Fleet {
  url: string
  /** The workers that are up, by number. */
  pids(): number[]
  /** Lets all of them finish what they have begun. */
  stop(): Promise<void>
}

/** One place of the fleet, and who holds it. */
interface Slot {
  readonly number: number
  readonly policy: RestartPolicy
  worker: ClusterWorker | null
  isUp: boolean
  startedAt: number
  timer: NodeJS.Timeout | undefined
}

const main = fileURLToPath(new URL(`../main${path.extname(import.meta.filename)}`, import.meta.url))

/** Workers that have not finished by then are killed: later than their own drain gives up. Milliseconds. */
const drainMs = 30_000

/**
 * Starts the workers: the first alone, so that one process prepares the data, then the others. This process holds the
 * port (node:cluster), so that it stays open while a worker is replaced.
 * @throws what the application's start throws, in whichever worker
 */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { app, count, environment, say } = options
  const port = options.start.port === 0 ? await freePort(options.start.host) : options.start.port
  const settings: WorkerOptions = { ...options.start, port }
  const slots = Array.from({ length: count }, (_, index) => newSlot(index + 1))
  let isStopping = false
  /** All were up once; successors say nothing of their progress. */
  let isWhole = false
  const relay = createRelay()
  const upWorkers = () => slots.flatMap(({ number, worker, isUp }) => (isUp ? relayed(number, worker!) : []))
  cluster.setupPrimary({ exec: main, args: [] })

  function launch(slot: Slot, given: WorkerOptions): Promise<string> {
    const worker = cluster.fork({ ...environment, HOTPATH_WORKER: String(slot.number) })
    const peer = relayed(slot.number, worker)
    Object.assign(slot, { worker, isUp: false, startedAt: performance.now() })
    return new Promise((resolve, reject) => {
      let failure: Failure | undefined
      worker.on('message', (message: FromWorker | FleetMessage) => {
        if (relay.receive(peer, message, upWorkers())) return
        if (message.type === 'progress') {
          if (!isWhole) options.onProgress(message.progress)
        } else if (message.type === 'failed') failure = message.failure
        else if (message.type === 'ready') {
          slot.isUp = true
          resolve(message.url)
        }
      })
      // Later than its exit: what it said last is heard before.
      worker.once('disconnect', () => relay.left(peer))
      worker.once('exit', (code, signal) => {
        const how = signal ? `signal ${signal}` : `exit code ${code}`
        if (slot.isUp) return replace(slot, how)
        slot.worker = null
        reject(errorOf(failure ?? { known: null, text: `Worker ${slot.number} ended with ${how}.` }))
      })
      // One that ends before it is told hears nothing: its exit says so.
      worker.send({ type: 'start', app: app.folder, options: given } satisfies ToWorker, () => {})
    })
  }

  function replace(slot: Slot, how: string): void {
    const pid = slot.worker!.process.pid
    Object.assign(slot, { worker: null, isUp: false })
    restartLater(slot, `Worker ${slot.number} (process ${pid}) ended with ${how}`)
  }

  function restartLater(slot: Slot, what: string): void {
    if (isStopping) return
    const pause = slot.policy.pauseAfter(performance.now() - slot.startedAt)
    say(`${what}; another starts in ${pause} ms.`)
    slot.timer = setTimeout(() => void restart(slot), pause)
  }

  async function restart(slot: Slot): Promise<void> {
    try {
      await launch(slot, { ...settings, reset: false })
      say(`Worker ${slot.number} is back as process ${slot.worker?.process.pid}.`)
    } catch (error) {
      restartLater(slot, `Worker ${slot.number} did not start: ${(error as Error).message}`)
    }
  }

  async function stop(): Promise<void> {
    isStopping = true
    await Promise.all(slots.map(endSlot))
    relay.close()
  }

  try {
    const url = await launch(slots[0]!, settings)
    await Promise.all(slots.slice(1).map((slot) => launch(slot, { ...settings, reset: false })))
    isWhole = true
    return { url, stop, pids: () => slots.flatMap(({ worker, isUp }) => (isUp ? worker!.process.pid! : [])) }
  } catch (error) {
    await stop()
    throw error
  }
}

const relayed = (number: number, worker: ClusterWorker): Relayed => ({
  number,
  // One that ends before it is told hears nothing.
  send: (order: FleetOrder) => void worker.send(order, () => {}),
})

const newSlot = (number: number): Slot => ({
  number,
  policy: createRestartPolicy(),
  worker: null,
  isUp: false,
  startedAt: 0,
  timer: undefined,
})

async function endSlot({ worker, timer }: Slot): Promise<void> {
  clearTimeout(timer)
  if (worker === null) return
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  const deadline = setTimeout(() => worker.process.kill('SIGKILL'), drainMs)
  worker.send({ type: 'stop' } satisfies ToWorker, () => {})
  await ended
  clearTimeout(deadline)
}
