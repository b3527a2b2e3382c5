import type { IncomingHttpHeaders } from 'node:http'
import { errors } from '../errors.ts'
import type { Exchange } from './exchange.ts'
import { decodeBody } from './decode.ts'
import type { Step } from '../scenario/step.ts'

/** What a step was answered. */
export interface StepResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** The body, its content coding undone. */
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
      return Buffer.concat(chunks ?? [])
    },
  })
}

/** A body that is not of its coding is read as it is: the scenario sees what came. */
function decoded(body: Buffer, coding: string | undefined): Buffer {
  try {
    return decodeBody(body, coding)
  } catch {
    return body
  }
}

/** An answer to read; its body is asked for when it is read. */
export function answerOf(
  step: Step,
  answer: { status: number; headers: IncomingHttpHeaders; readonly body: Buffer },
): StepResponse {
  const { status, headers } = answer
  let read: string | undefined
  const text = () => (read ??= decoded(answer.body, headers['content-encoding']).toString('utf8'))
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
