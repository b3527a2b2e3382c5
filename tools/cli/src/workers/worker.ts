import type { FleetOrder, RunningApp } from '@hotpath/app'
import { loadApp } from '../apps.ts'
import { type FromWorker, type ToWorker, failureOf } from './messages.ts'

/**
 * The life of one worker: starts the application when it is told to, and ends it when it is told to, at SIGTERM, or
 * when the process that began it is gone.
 */
export function runWorker(): void {
  let running: RunningApp | undefined
  let isStopping = false

  async function start({ app, options }: ToWorker & { type: 'start' }): Promise<void> {
    try {
      const module = await loadApp({ name: app, folder: app })
      const onProgress = (progress: FromWorker & { type: 'progress' }) => tell(progress)
      running = await module.start({
        ...options,
        environment: process.env,
        onProgress: (progress) => onProgress({ type: 'progress', progress }),
      })
    } catch (error) {
      return tell({ type: 'failed', failure: failureOf(error) }, () => process.exit(1))
    }
    if (!isStopping) return tell({ type: 'ready', url: running.url })
    await end()
  }

  async function end(): Promise<void> {
    await running?.close()
    process.exit(0)
  }

  function stop(): void {
    if (isStopping) return
    isStopping = true
    // One that is still starting ends as soon as it has something to close.
    if (running) end().catch(() => process.exit(1))
  }

  process.on('message', (message: ToWorker | FleetOrder) => {
    if (message.type === 'stop') stop()
    else if (message.type === 'start') void start(message)
  })
  process.on('SIGTERM', stop)
  // The terminal sends Ctrl-C to all processes at once: the one that began this one says when to stop.
  process.on('SIGINT', () => {})
}

function tell(message: FromWorker, told: () => void = () => {}): void {
  process.send!(message, undefined, {}, told)
}
