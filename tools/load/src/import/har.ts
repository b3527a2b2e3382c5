import { errors } from '../errors.ts'
import type { Session } from '../session/session.ts'
import { createStep, type Step } from '../scenario/step.ts'
import { createNoteTaker, type Imported } from './imported.ts'
import { generalPath } from './k6/request-name.ts'
import { pathOf } from './target-path.ts'

interface Recorded {
  step: Step
  /** Milliseconds since the epoch; NaN when the file does not say. */
  startedAt: number
}

interface HarEntry {
  startedDateTime?: string
  request?: {
    method?: string
    url?: string
    headers?: { name?: string; value?: string }[]
    postData?: { text?: string }
  }
}

/** Headers that a connection or a browser's cache makes, and that a replay must not repeat. */
const ownHeaders =
  /^(?::.*|host|connection|content-length|transfer-encoding|accept-encoding|if-none-match|if-modified-since|keep-alive|upgrade|te|cookie)$/i
const shortestPauseMs = 250
const longestPauseMs = 60_000

/**
 * A recording of a browser (HAR 1.2) as one session: its requests to the first host, in their order, with the pauses
 * that a person made. Cookies are those that the application sets anew.
 * @throws HP_LOAD_IMPORT when it holds no request
 */
export function importHar(text: string, file: string): Imported {
  const notes = createNoteTaker()
  const entries = entriesOf(text, file)
  const origin = URL.parse(entries[0]?.request?.url ?? '')?.origin ?? null
  const recorded = entries.flatMap((entry, index): Recorded[] => {
    const url = entry.request?.url ?? ''
    const path = origin === null || !/^https?:/.test(url) ? null : pathOf(url, origin)
    if (path === null) {
      notes.skipped(
        null,
        `request ${index + 1} to ${URL.parse(url)?.origin ?? 'no address'}: a run goes to one host`,
      )
      return []
    }
    return [{ step: stepOf(entry, path), startedAt: Date.parse(entry.startedDateTime ?? '') }]
  })
  if (recorded.length === 0)
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: 'it holds no HTTP request' })
  notes.skipped(null, 'recorded cookies: each session gets its own from the application')
  return {
    format: 'har',
    origin,
    scenarios: [
      { name: 'recording', weight: 1, origin, setup: null, run: (session) => replay(recorded, session) },
    ],
    options: {},
    notes: notes.all(),
  }
}

async function replay(recorded: readonly Recorded[], session: Session): Promise<void> {
  for (const [index, { step, startedAt }] of recorded.entries()) {
    const pause = index === 0 ? 0 : startedAt - recorded[index - 1]!.startedAt
    if (pause >= shortestPauseMs) await session.think(Math.min(longestPauseMs, pause) / 1000)
    await session.attempt(step)
  }
}

function stepOf({ request = {} }: HarEntry, path: string): Step {
  const method = request.method ?? 'GET'
  const headers = (request.headers ?? [])
    .filter(
      ({ name, value }) => typeof name === 'string' && typeof value === 'string' && !ownHeaders.test(name),
    )
    .map(({ name, value }): [string, string] => [name!, value!])
  const body = request.postData?.text
  return createStep(
    `${method} ${generalPath(path)}`,
    { method, path },
    { headers: Object.fromEntries(headers), ...(body === undefined ? {} : { body }) },
  )
}

function entriesOf(text: string, file: string): HarEntry[] {
  try {
    const { log } = JSON.parse(text) as { log?: { entries?: unknown } }
    if (Array.isArray(log?.entries)) return log.entries as HarEntry[]
  } catch (cause) {
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: (cause as Error).message }, { cause })
  }
  throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: 'it has no log.entries: it is no HAR file' })
}
