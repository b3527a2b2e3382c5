import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Bytes, type Duration, parseBytes, parseDuration } from '@hotpath/core'
import { hangUp } from '../hang-up.ts'
import { pathOf } from '../path-of.ts'
import { askInternally, type InternalAnswer } from './ask-internally.ts'
import { inheritedHeaders, type Operation, readOperation, type RefusedOperation } from './batch-operations.ts'
import { renderFailure, renderResult } from './batch-results.ts'
import { prepareProblem, sendProblem } from './problem.ts'
import { readBody } from './read-body.ts'
import { runInOrder } from './run-in-order.ts'
import type { Stage } from './stage.ts'

export interface BatchOptions {
  /** @default '/batch' */
  path?: string
  /** Most operations in one request. @default 20 */
  maxOperations?: number
  /** Largest request body. @default '256KiB' */
  maxRequestBytes?: Bytes
  /** Most bytes of all answers together. @default '1MiB' */
  maxResponseBytes?: Bytes
  /** Most operations at work at one time for one batch. @default 8 */
  concurrency?: number
  /** For the whole batch. @default '30s' */
  timeout?: Duration
}

export const batchDefaults = {
  path: '/batch',
  maxOperations: 20,
  maxRequestBytes: '256KiB',
  maxResponseBytes: '1MiB',
  concurrency: 8,
  timeout: '30s',
} as const satisfies Required<BatchOptions>

interface Limits {
  readonly maxOperations: number
  readonly maxResponseBytes: number
  readonly concurrency: number
  readonly timeoutMs: number
}

/**
 * Answers `POST /batch` by running its operations through everything that stands behind this stage, each as a request
 * of its own with the credentials of the batch. Reads run side by side; an operation that may change something runs
 * alone, after all before it and before all after it, so that a read sees the writes before it. Each result has its
 * own status: one that fails takes no other with it.
 * @throws HP_BYTES_INVALID, HP_DURATION_INVALID
 */
export function batch(options: BatchOptions = {}): Stage {
  const { path, maxOperations, concurrency, ...given } = { ...batchDefaults, ...options }
  const maxRequestBytes = parseBytes(given.maxRequestBytes)
  const maxResponseBytes = parseBytes(given.maxResponseBytes)
  const limits: Limits = {
    maxOperations,
    concurrency,
    maxResponseBytes,
    timeoutMs: parseDuration(given.timeout),
  }
  const tooLarge = prepareProblem({
    status: 413,
    detail: `A batch is at most ${maxRequestBytes} bytes long.`,
  })
  const wrongMethod = prepareProblem({ status: 405, detail: 'A batch is sent by POST.' })
  const wrongType = prepareProblem({ status: 415, detail: 'A batch is sent as application/json.' })
  const notOperations = prepareProblem({
    status: 400,
    detail: `A batch is a JSON object with "operations", a list of 1 to ${maxOperations}.`,
  })

  async function answer(next: RequestListener, request: IncomingMessage, response: ServerResponse) {
    if (request.method !== 'POST') return wrongMethod(response, { Allow: 'POST' })
    // Browsers send other types to other sites without asking first: this one they do not.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return wrongType(response)
    const body = await readBody(request, maxRequestBytes)
    if (body === 'aborted') return
    if (body === 'too-large') return tooLarge(response, hangUp(request))
    const given = operationsOf(body.toString('utf8'))
    if (!given || given.length === 0 || given.length > maxOperations) return notOperations(response)
    const inherited = inheritedHeaders(request.headers)
    const operations = given.map((one) => readOperation(one, inherited, path))
    await run({ next, request, response, operations, limits })
  }

  return (next) => (request, response) => {
    if (pathOf(request.url ?? '') !== path) return next(request, response)
    answer(next, request, response).catch(() => sendProblem(response, { status: 500 }))
  }
}

interface Run {
  readonly next: RequestListener
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly operations: readonly (Operation | RefusedOperation)[]
  readonly limits: Limits
}

async function run({ next, request, response, operations, limits }: Run): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const late = AbortSignal.timeout(limits.timeoutMs)
  const signal = AbortSignal.any([gone.signal, late])
  const cookies: string[] = []
  let bytesLeft = limits.maxResponseBytes

  async function perform(operation: Operation): Promise<string> {
    const { id } = operation
    if (late.aborted) return renderFailure(id, 504, 'The time of the batch was over before this operation.')
    const answer = await askInternally(next, request, { ...operation, maxBytes: bytesLeft, signal })
    if (answer === 'aborted') {
      return late.aborted
        ? renderFailure(id, 504, 'This operation did not end within the time of the batch.')
        : renderFailure(id, 502, 'This operation ended without an answer.')
    }
    if (answer === 'too-large' || answer.body.length > bytesLeft) {
      return renderFailure(
        id,
        502,
        'The answers of the batch together are too large: ask for this one alone.',
      )
    }
    bytesLeft -= answer.body.length
    cookies.push(...cookiesOf(answer))
    return renderResult(id, answer)
  }

  const results = await runInOrder(operations, {
    concurrency: limits.concurrency,
    isSafe: (operation) => 'problem' in operation || operation.isSafe,
    perform: async (operation) =>
      'problem' in operation ? renderFailure(operation.id, 400, operation.problem) : perform(operation),
  })
  if (gone.signal.aborted) return
  if (cookies.length > 0) response.setHeader('Set-Cookie', cookies)
  response
    .writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(`{"results":[${results.join(',')}]}`)
}

function operationsOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const given = typeof value === 'object' && value !== null && 'operations' in value && value.operations
    return Array.isArray(given) ? given : undefined
  } catch {
    return undefined
  }
}

const cookiesOf = ({ headers }: InternalAnswer): string[] => [headers['set-cookie'] ?? []].flat().map(String)
