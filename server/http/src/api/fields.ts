import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Bytes, createRouteMatcher, parseBytes, type Route } from '@hotpath/core'
import { askInternally, type InternalAnswer } from './ask-internally.ts'
import { inheritedHeaders } from './batch-operations.ts'
import { type FieldLimits, readFields, selectFields, withoutFields } from './field-selection.ts'
import { isJsonType } from './json-type.ts'
import { sendProblem } from './problem.ts'
import type { Stage } from './stage.ts'

export interface FieldsOptions extends FieldLimits {
  /** Those with `fields: true` can be asked for in part. */
  routes: readonly Route[]
  /**
   * Where the whole answer is asked for: the listener with the HTTP cache in it, so that the handler runs once for all
   * selections. @default the listener behind this stage
   */
  through?: RequestListener
  /** A larger answer is sent whole. @default '1MiB' */
  maxBytes?: Bytes
}

/** What belongs to the whole answer, or to the way it came by. */
const notRelayed: ReadonlySet<string> = new Set([
  'accept-ranges',
  'cache-status',
  'connection',
  'content-digest',
  'content-length',
  'content-md5',
  'date',
  'digest',
  'etag',
  'keep-alive',
  'repr-digest',
  'server-timing',
  'transfer-encoding',
])

/**
 * Answers `?fields=…` with a part of the JSON that the same address without it gives. It belongs behind the HTTP cache,
 * which stores each selection under its own address and asks here for the first one only; the whole comes through the
 * cache as well. A selection is never fresher than the whole it was made of: its Age goes on.
 * @throws HP_ROUTE_DUPLICATE, HP_BYTES_INVALID
 */
export function fields(options: FieldsOptions): Stage {
  const { through, maxBytes: largest = '1MiB' } = options
  const routes = options.routes.filter((route) => route.options.fields && route.method === 'GET')
  const match = createRouteMatcher(routes)
  const maxBytes = parseBytes(largest)
  if (routes.length === 0) return (next) => next

  return (next) => (request, response) => {
    const { method = 'GET', url = '' } = request
    const mark = url.indexOf('?')
    const isRead = method === 'GET' || method === 'HEAD'
    if (!isRead || mark === -1 || !match(method, url.slice(0, mark))) return next(request, response)
    const asked = readFields(url.slice(mark + 1), options)
    if (asked === undefined) return next(request, response)
    if (typeof asked === 'string') return sendProblem(response, { status: 400, detail: asked })
    const respond = async () => {
      const whole = await askWhole(through ?? next, request, { response, maxBytes })
      if (whole === 'too-large') return next(request, response)
      if (whole === 'aborted') return sendProblem(response, { status: 502 })
      const body = isJson(whole) ? selected(whole, (text) => selectFields(text, asked)) : whole.body
      relay(response, whole, body)
    }
    respond().catch(() => sendProblem(response, { status: 500 }))
  }
}

function askWhole(
  listener: RequestListener,
  request: IncomingMessage,
  { response, maxBytes }: { response: ServerResponse; maxBytes: number },
): Promise<InternalAnswer | 'too-large' | 'aborted'> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const { accept } = request.headers
  return askInternally(listener, request, {
    method: 'GET',
    url: withoutFields(request.url ?? ''),
    headers: { ...inheritedHeaders(request.headers), ...(accept !== undefined && { accept }) },
    maxBytes,
    signal: gone.signal,
  })
}

/** Only what succeeded, and can be read. */
function isJson({ status, headers }: InternalAnswer): boolean {
  const isPlain = headers['content-encoding'] === undefined
  return status === 200 && isPlain && isJsonType(headers['content-type'])
}

/** A body that says it is JSON and is not is the application's affair. */
function selected({ body }: InternalAnswer, select: (text: string) => string): Buffer {
  try {
    return Buffer.from(select(body.toString('utf8')))
  } catch {
    return body
  }
}

function relay(response: ServerResponse, { status, headers }: InternalAnswer, body: Buffer): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !notRelayed.has(name)) response.setHeader(name, value)
  }
  response.writeHead(status).end(body)
}
