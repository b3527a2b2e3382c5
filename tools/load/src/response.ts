import type { IncomingHttpHeaders } from 'node:http'
import { errors } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Step } from './step.ts'

/** What a step was answered. */
export interface StepResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  text(): string
  /**
   * The body, parsed.
   * @throws HP_LOAD_NOT_JSON
   */
  json(): unknown
}

export function createResponse({ step, status, answerHeaders, chunks }: Exchange): StepResponse {
  return answerOf(step, {
    status,
    headers: answerHeaders ?? {},
    get body() {
      return Buffer.concat(chunks)
    },
  })
}

/** An answer to read; its body is asked for when it is read. */
export function answerOf(
  step: Step,
  answer: { status: number; headers: IncomingHttpHeaders; readonly body: Buffer },
): StepResponse {
  const { status, headers } = answer
  const text = () => answer.body.toString('utf8')
  return {
    status,
    headers,
    text,
    json() {
      const body = text()
      try {
        return JSON.parse(body)
      } catch (cause) {
        const start = body === '' ? 'it is empty' : JSON.stringify(body.slice(0, 60))
        throw errors.HP_LOAD_NOT_JSON({ step: step.name, status, start }, { cause })
      }
    },
  }
}
