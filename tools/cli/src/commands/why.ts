import { HotpathError, paths } from '@hotpath/core'
import type { HttpExplanation } from '@hotpath/http'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { noAnswer } from '../no-answer.ts'
import { ask } from '../running-app.ts'
import { print, printJson } from '../terminal.ts'
import { accountFor, type Asked, type Verdict } from '../why/account.ts'
import { readCacheStatus } from '../why/cache-status.ts'

export interface WhyOptions {
  /** `Name: value` */
  header: readonly string[]
  token?: string
  json: boolean
}

const patienceMs = 10_000

/** The headers of an answer that decide about caching. */
const deciding = [
  'hotpath-cache-control',
  'cdn-cache-control',
  'cache-control',
  'expires',
  'age',
  'vary',
  'etag',
  'last-modified',
  'cache-groups',
  'cache-status',
] as const

/** Asks for a URL twice, and says why the answer was or was not served from the store. */
export async function why(given: string, options: WhyOptions): Promise<number> {
  const url = readUrl(given)
  const headers = readHeaders(options.header)
  const answers: [Asked, Asked] = [await get(url, headers), await get(url, headers)]
  const known = await explanation(url, options)
  const verdict = accountFor(answers, known)
  if (options.json) printJson({ url: url.href, ...verdict, answers, known })
  else print(render(url, { verdict, answers, known }))
  return exitCode.ok
}

function readUrl(given: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//i.test(given) ? given : `http://${given}`)
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '') return url
  throw cliErrors.HP_OPTION_INVALID({ option: '<url>', given, expected: 'an http: or https: URL' })
}

function readHeaders(lines: readonly string[]): Headers {
  const headers = new Headers()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? []
    try {
      headers.append(name, value)
    } catch (cause) {
      const expected = "a header such as 'Accept-Language: de'"
      throw cliErrors.HP_OPTION_INVALID({ option: '--header', given: line, expected }, { cause })
    }
  }
  return headers
}

async function get(url: URL, headers: Headers): Promise<Asked> {
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const response = await fetch(url, { headers, redirect: 'manual', signal })
    await response.arrayBuffer()
    const kept = deciding.flatMap((name) => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    const cacheStatus = readCacheStatus(response.headers.get('cache-status'))
    return { status: response.status, cacheStatus, headers: Object.fromEntries(kept) }
  } catch (cause) {
    throw noAnswer(url.origin, cause, patienceMs)
  }
}

/** What the cache itself knows; null where it does not tell us, or is not ours. */
async function explanation(url: URL, { token }: WhyOptions): Promise<HttpExplanation | null> {
  const query = new URLSearchParams({ url: url.pathname + url.search, host: url.host })
  const target = { origin: url.origin, ...(token !== undefined && { token }) }
  try {
    return await ask<HttpExplanation>(target, `${paths.httpExplain}?${query.toString()}`)
  } catch (error) {
    if (error instanceof HotpathError) return null
    throw error
  }
}

interface Rendered {
  verdict: Verdict
  answers: readonly [Asked, Asked]
  known: HttpExplanation | null
}

function render(url: URL, { verdict, answers: [, again], known }: Rendered): string {
  const lines = [`${url.href}: ${verdict.verdict}`, '']
  for (const sentence of verdict.sentences) lines.push(`  ${sentence}`)
  lines.push('', `  Policy   ${verdict.policy}`)
  if (known) lines.push(`  Route    ${known.route === 'other' ? 'none declared' : known.route}`)
  const tags = known?.tags?.join(', ') ?? again.headers['cache-groups']
  if (tags) lines.push(`  Tags     ${tags}`)
  lines.push(`  Key      ${url.host} ${url.pathname}${url.search}${varies(again)}`)
  if (!known) lines.push('  (Its console would say more: give --token, or ask from its own machine.)')
  for (const remedy of verdict.remedies) lines.push('', `→ ${remedy}`)
  return lines.join('\n')
}

const varies = ({ headers }: Asked) =>
  headers.vary === undefined ? '' : `, and ${headers.vary} of the request`
