import type { Exchange } from '../http/exchange.ts'
import { redirectOf } from '../http/redirect.ts'
import { createResponse, type StepResponse } from '../http/response.ts'
import type { Attempt, SendOptions, SessionPort } from './session.ts'
import { statusProblem, type Step } from '../scenario/step.ts'
import { verifyAnswer } from './verify.ts'

export interface AttemptsOptions {
  port: SessionPort
  variables: () => Record<string, unknown>
  /** When the next request is due (performance.now()). */
  due: () => number
  headers: (step: Step) => string[] | undefined
  onSettled: (step: Step, exchange: Exchange) => void
}

/** Sends a session's steps, one at a time: follows redirects, and holds answers against what the step asks for. */
export function createAttempts(options: AttemptsOptions): (step: Step) => Promise<Attempt> {
  const { port } = options
  return async (step) => {
    let left = step.redirects ?? port.redirects
    const follows = left > 0
    for (let hop = step; ; left -= 1) {
      const sent = await sendOnce(options, hop, { follows, mayFollow: left > 0 })
      if (sent.redirect === null) return sent.attempt
      hop = sent.redirect
    }
  }
}

interface Sent {
  attempt: Attempt
  /** The request to send instead of taking this answer. */
  redirect: Step | null
}

function sendOnce(
  { port, variables, due, headers, onSettled }: AttemptsOptions,
  step: Step,
  { follows, mayFollow }: { follows: boolean; mayFollow: boolean },
): Promise<Sent> {
  return new Promise((resolve) => {
    let response: StepResponse | null = null
    let redirect: Step | null = null

    function judge(exchange: Exchange): string | null {
      const next = follows ? redirectOf(step, exchange, port.origin) : null
      if (next !== null && !mayFollow) return 'too many redirects'
      redirect = next
      response = createResponse(exchange)
      if (redirect !== null) return null
      const problem = statusProblem(step, exchange.status)
      if (problem !== null || (step.captures.length === 0 && step.checks.length === 0)) return problem
      return verifyAnswer(step, response, { variables: variables(), onCheck: port.onCheck })
    }

    const sending: SendOptions = {
      due: due(),
      judge,
      onSettled(exchange) {
        onSettled(step, exchange)
        resolve({ attempt: { response, problem: exchange.problem }, redirect })
      },
    }
    const extra = headers(step)
    if (extra) sending.headers = extra
    port.send(step, sending)
  })
}
