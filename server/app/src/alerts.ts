import path from 'node:path'
import {
  type AlertTiming,
  createLogSink,
  createWebhookSink,
  type History,
  openHistory,
  type Sink,
  type WebhookOptions,
} from '@hotpath/monitor'
import type { Settings } from './environment.ts'
import { versionOf } from './version.ts'

/** When alerts fire, and where they go beside the console. */
export interface AlertOptions {
  /** Shorter or longer windows. @default those of @hotpath/monitor */
  timing?: AlertTiming
  /** More addresses that are posted to, beside HOTPATH_WEBHOOK_URL. @default none */
  webhooks?: readonly Pick<WebhookOptions, 'url' | 'secret'>[]
  /** A line for each alert that begins or ends. @default console.error */
  log?: ((line: string) => void) | false
  /** Sinks of your own. @default none */
  sinks?: readonly Sink[]
}

/** What the monitor watches promises with. */
export interface OpenAlerts {
  version: string
  timing?: AlertTiming
  sinks: readonly Sink[]
  /** One of all processes evaluates, and it is told when that is this one. */
  standby: true
  /** Called by the process that evaluates: it alone reads and writes. */
  openHistory(): Promise<History>
  close(): Promise<void>
}

/**
 * Opens the sinks; of several processes that of the one that evaluates is used.
 * @throws HP_ENVIRONMENT_INVALID
 */
export async function openAlerts(
  { timing, webhooks = [], log = console.error, sinks: own = [] }: AlertOptions,
  { folder, webhook, version }: Settings,
): Promise<OpenAlerts> {
  const all = [...(webhook ? [webhook] : []), ...webhooks]
  const sinks = [
    ...(log ? [createLogSink(log)] : []),
    ...all.map((one) => createWebhookSink({ ...one, clock: Date.now })),
    ...own,
  ]
  const opened: History[] = []
  return {
    version: version ?? (await versionOf(process.cwd())),
    ...(timing && { timing }),
    sinks,
    standby: true,
    async openHistory() {
      const history = await openHistory({ file: path.join(folder, 'alerts.jsonl'), now: Date.now })
      opened.push(history)
      return history
    },
    async close() {
      for (const sink of sinks) sink.close()
      for (const history of opened) await history.close()
    },
  }
}
