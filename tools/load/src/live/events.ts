import { buildConnector, Client } from 'undici'
import { createEventParser, type StreamEvent } from './event-parser.ts'
import { createInbox } from './inbox.ts'
import { createLoss } from './loss.ts'
import { beginWait, settle } from './measured.ts'
import { awaitMessage, type Match, type MessageSource } from './message.ts'
import type { Opening } from './opening.ts'

/** An event stream (SSE) of a session. Times are counted like those of requests, under the names given. */
export interface LiveEvents {
  /**
   * The next event whose data match, or that pleases the function; also one that came since the last one taken. Its
   * time runs from this call.
   * @throws HP_LOAD_LIVE when none comes before the timeout, or the stream ends
   */
  next(match?: Match<StreamEvent>, options?: { name?: string }): Promise<StreamEvent>
  close(): void
}

export interface EventsOptions {
  /** Under which name the opening is counted. @default 'SSE <path>' */
  name?: string
  headers?: Readonly<Record<string, string>>
}

type EventsPort = MessageSource<StreamEvent>['port']

/**
 * Opens a stream; it is open when the head of its answer has come.
 * @throws HP_LOAD_LIVE
 */
export function openEvents(port: EventsPort, opening: Opening<EventsOptions>): Promise<LiveEvents> {
  const { path, due, headers, options, becomesDue } = opening
  const name = options.name ?? `SSE ${path.split('?', 1)[0]}`
  const sentAt = performance.now()
  const client = new Client(port.origin, {
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: timed(port),
  })
  const close = () => void client.destroy()
  const forget = port.closeLater(close)
  const source: MessageSource<StreamEvent> = { port, inbox: createInbox(), lost: createLoss(), becomesDue }
  const lose = (why: string) => {
    forget()
    source.lost.tell(why)
    close()
  }
  return new Promise((resolve, reject) => {
    const live = createLiveEvents(name, source, () => lose('closed'))
    const onEnd = settle(name, { resolve: () => resolve(live), reject })
    const wait = beginWait(port, { name, due, sentAt }, (problem, at) => {
      becomesDue(at)
      if (problem !== null) lose(problem)
      onEnd(problem)
    })
    client
      .request({
        method: 'GET',
        path,
        headers: { ...port.headers, ...headers, accept: 'text/event-stream', ...options.headers },
      })
      .then(async ({ statusCode, headers: answered, body }) => {
        const type = String(answered['content-type'] ?? '')
        const isStream = statusCode === 200 && type.startsWith('text/event-stream')
        const problem = statusCode === 200 ? `content type ${type || 'missing'}` : `status ${statusCode}`
        wait.end({ at: performance.now(), status: statusCode, ...(isStream ? {} : { problem }) })
        if (isStream) await readEvents(body, source)
        else body.on('error', () => {}).destroy()
        lose('the stream ended')
      })
      .catch((error: NodeJS.ErrnoException) => {
        const failure = error.code ?? error.message
        wait.end({ at: performance.now(), failure })
        lose(failure)
      })
  })
}

async function readEvents(body: AsyncIterable<Buffer>, { inbox }: MessageSource<StreamEvent>): Promise<void> {
  const read = createEventParser((message) =>
    inbox.put({ message, at: performance.now(), bytes: message.data.length }),
  )
  for await (const chunk of body) read(chunk)
}

function createLiveEvents(name: string, source: MessageSource<StreamEvent>, close: () => void): LiveEvents {
  return {
    next: (match, options = {}) =>
      awaitMessage(source, {
        name: options.name ?? `${name} event`,
        sentAt: performance.now(),
        match,
        textOf: ({ data }) => data,
      }),
    close,
  }
}

/** Opens the stream's socket, and tells how long that took. */
function timed({ insecure, timeoutMs, onConnect }: EventsPort): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, rejectUnauthorized: !insecure, allowH2: false })
  return (target, callback) => {
    const startedAt = performance.now()
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      onConnect(startedAt, performance.now() - startedAt)
      callback(null, socket)
    })
  }
}
