import type { Exchange } from '../http/exchange.ts'
import type { SendOptions } from './session.ts'
import { hasHeader, type Step } from '../scenario/step.ts'
import type { VisitorsOptions } from './visitors.ts'

export interface Sender {
  /** Keeps the answer for the scenario. */
  send(step: Step, options: SendOptions): void
  /** The answer is counted, and nobody reads it. */
  sendUnread(step: Step, options: SendOptions): void
  stop(): void
}

/** Sends for sessions until it is stopped; the run sees each exchange settle before the session does. */
export function createSender({
  plan,
  transport,
  onSettled,
}: Pick<VisitorsOptions, 'plan' | 'transport' | 'onSettled'>): Sender {
  const withDefaults = createDefaults(plan.headers)
  let stopped = false

  function send(step: Step, keepsAnswer: boolean, options: SendOptions): void {
    if (stopped) return
    const headers = withDefaults(step)
    transport.send(step, {
      ...options,
      headers: options.headers ? [...headers, ...options.headers] : headers,
      keepsAnswer,
      onSettled(exchange: Exchange) {
        onSettled(exchange)
        options.onSettled(exchange)
      },
    })
  }

  return {
    send: (step, options) => send(step, true, options),
    sendUnread: (step, options) => send(step, false, options),
    stop() {
      stopped = true
    },
  }
}

/** The headers of a step and those of the run that it does not have; kept for a step that is sent over and over. */
function createDefaults(defaults: Readonly<Record<string, string>>): (step: Step) => readonly string[] {
  const entries = Object.entries(defaults)
  let last: Step | undefined
  let known: readonly string[] = []
  return (step) => {
    if (step === last) return known
    last = step
    known = [...step.headers, ...entries.filter(([name]) => !hasHeader(step.headers, name)).flat()]
    return known
  }
}
