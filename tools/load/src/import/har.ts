import { errors } from '../errors.ts'
import { createNoteTaker, type Imported } from './imported.ts'
import { type OutlinedRequest, type OutlinedScenario, patternOf, scenarioOf } from './outline.ts'
import { pathOf } from './target-path.ts'

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
  let before = Number.NaN
  const requests = entries.flatMap((entry, index): OutlinedRequest[] => {
    const url = entry.request?.url ?? ''
    const path = origin === null || !/^https?:/.test(url) ? null : pathOf(url, origin)
    if (path === null) {
      notes.skipped(
        null,
        `request ${index + 1} to ${URL.parse(url)?.origin ?? 'no address'}: a run goes to one host`,
      )
      return []
    }
    const startedAt = Date.parse(entry.startedDateTime ?? '')
    const pauseMs = startedAt - before >= shortestPauseMs ? Math.min(longestPauseMs, startedAt - before) : 0
    before = startedAt
    return [{ ...requestOf(entry, path), pauseMs }]
  })
  if (requests.length === 0)
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: 'it holds no HTTP request' })
  notes.skipped(null, 'recorded cookies: each session gets its own from the application')
  const outline: OutlinedScenario[] = [{ name: 'recording', requests }]
  return {
    format: 'har',
    origin,
    scenarios: outline.map((scenario) => scenarioOf(scenario, origin)),
    outline,
    options: {},
    notes: notes.all(),
  }
}

function requestOf({ request = {} }: HarEntry, target: string): Omit<OutlinedRequest, 'pauseMs'> {
  const headers = (request.headers ?? []).flatMap(({ name, value }): [string, string][] =>
    typeof name === 'string' && typeof value === 'string' && !ownHeaders.test(name) ? [[name, value]] : [],
  )
  const [path = '/', ...search] = target.split('?')
  const text = request.postData?.text
  return {
    method: request.method ?? 'GET',
    ...patternOf(path),
    query: [...new URLSearchParams(search.join('?'))],
    headers: Object.fromEntries(headers),
    body: text === undefined ? {} : { body: text },
  }
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
