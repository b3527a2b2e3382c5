import path from 'node:path'
import {
  type AlertTiming,
  createLogSink,
  createWebhookSink,
  type History,
  noHistory,
  openHistory,
  type Sink,
  type WebhookOptions,
} from '@hotpath/monitor'
import type { Settings } from './environment.ts'
import { tells } from './fleet-alerts.ts'
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
  history: History
  sinks: readonly Sink[]
  close(): Promise<void>
}

/**
 * Opens the history and the sinks. Of several processes on one machine the first alone tells and keeps: the others see
 * the same application, and would say everything again.
 * @throws HP_ENVIRONMENT_INVALID
 */
export async function openAlerts(
  { timing, webhooks = [], log = console.error, sinks: own = [] }: AlertOptions,
  { folder, workerNumber, webhook, version }: Settings,
): Promise<OpenAlerts> {
  const isFirst = tells({ number: workerNumber })
  const history = isFirst
    ? await openHistory({ file: path.join(folder, 'alerts.jsonl'), now: Date.now })
    : noHistory
  const all = [...(webhook ? [webhook] : []), ...webhooks]
  const sinks = isFirst
    ? [
        ...(log ? [createLogSink(log)] : []),
        ...all.map((one) => createWebhookSink({ ...one, clock: Date.now })),
        ...own,
      ]
    : []
  return {
    version: version ?? (await versionOf(process.cwd())),
    ...(timing && { timing }),
    history,
    sinks,
    async close() {
      for (const sink of sinks) sink.close()
      await history.close()
    },
  }
}
