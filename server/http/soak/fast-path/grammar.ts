import type { Dice } from '../../../cache/soak/real/dice.ts'
import { host, hugePath, warm } from './application.ts'
import { type History, send } from './history.ts'
import { mutated } from './mutate.ts'
import { shapes } from './shapes.ts'

const shapeNames = Object.keys(shapes)
/** Those that do not take much time. */
const shortShapes = shapeNames.filter((name) => shapes[name]!.length < 1500)
/** What is stored, and of usual length. */
export const warmPaths = warm.map(({ path }) => path).filter((path) => path !== hugePath)
const otherPaths = [
  '/own/zzzzzz/a',
  '/own/zzzzzz/b?c=d',
  '/echo',
  '/slow',
  '/stream',
  '/early',
  '/close',
  '/no',
]
const fields: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['Accept', ['*/*', 'text/html', 'application/json, text/plain, */*', 'text/event-stream']],
  ['Accept-Encoding', ['gzip', 'br', 'gzip, deflate, br, zstd', 'identity', 'gzip;q=0', '*;q=0.1, br']],
  ['Accept-Language', ['en', 'de, en;q=0.5', 'fr', '']],
  ['User-Agent', ['wrk', 'Mozilla/5.0 (X11; Linux x86_64)', 'caf\u00E9']],
  ['Connection', ['keep-alive', 'close', 'Keep-Alive', 'keep-alive, x', 'upgrade', 'TE']],
  ['Cookie', ['theme=dark', 'a=b; c=d', '']],
  ['Authorization', ['Bearer x', 'Basic eDp5']],
  ['If-None-Match', ['"v1"', 'W/"v1"', '"w1"', '*', '"a", "b"', 'x']],
  ['If-Modified-Since', ['Tue, 01 Sep 2026 10:00:00 GMT', 'Mon, 31 Aug 2026 10:00:00 GMT', '0']],
  ['Cache-Control', ['no-cache', 'max-age=0', 'no-store', 'only-if-cached', 'max-stale', 'min-fresh=9']],
  ['Range', ['bytes=0-1', 'bytes=-1', 'x']],
  ['Content-Length', ['0', '00', '1']],
  ['Referer', ['https://a.test/page', 'x']],
  ['Origin', ['https://a.test', 'null']],
  ['Sec-Fetch-Mode', ['cors', 'navigate']],
  ['sec-ch-ua', ['"Chromium";v="142", "Not_A Brand";v="99"']],
  ['Upgrade-Insecure-Requests', ['1']],
  ['X-Forwarded-For', ['192.0.2.1', '192.0.2.1, 192.0.2.2']],
  ['X-Forwarded-Proto', ['https', 'http']],
  ['X-Request-Id', ['abc', '1'.repeat(40)]],
  ['Pragma', ['no-cache']],
  ['Expect', ['100-continue', 'x']],
  ['Upgrade', ['websocket', 'h2c']],
  ['TE', ['trailers']],
  ['Host', [host, 'b.test', '']],
  ['Transfer-Encoding', ['chunked', 'identity']],
]
/** Those that leave a request what it is: most connections say nothing else. */
const usual = fields.slice(0, 4).concat(fields.slice(12, 17))

/** Makes a history that the dice decide: connections of one client, odd and usual. */
export function randomHistory(dice: Dice): History {
  const head = randomHead(dice, { odd: dice.chance(0.3) })
  const steps = Array.from({ length: dice.pick([1, 1, 1, 2, 3]) }, () => {
    const text = Array.from({ length: 1 + dice.below(dice.pick([1, 4, 12])) }, () =>
      randomRequest(dice, head),
    ).join('')
    const changed = dice.chance(0.15) ? mutated(text, dice) : text
    return send(changed, randomCuts(changed, dice))
  })
  return { steps, fin: dice.chance(0.2) ? 'at-once' : 'when-quiet' }
}

/**
 * Makes a connection that lives long: hits, misses, bodies, other methods and now and then something odd, one or a few
 * at a time, so that it goes back and forth between the fast path and node:http.
 */
export function randomMixed(dice: Dice): History {
  const head = randomHead(dice, { odd: false })
  const steps = Array.from({ length: 5 + dice.below(16) }, () => {
    const text = Array.from({ length: dice.pick([1, 1, 1, 2, 4]) }, () =>
      randomRequest(dice, head, mixedKinds),
    ).join('')
    const changed = dice.chance(0.02) ? mutated(text, dice) : text
    return send(changed, dice.chance(0.6) ? [] : randomCuts(changed, dice))
  })
  return { steps, fin: dice.chance(0.3) ? 'at-once' : 'when-quiet' }
}

const usualKinds = { same: 60, other: 22, shape: 10, body: 5, method: 3 }
const mixedKinds = { same: 55, other: 15, shape: 6, body: 16, method: 8 }

function randomRequest(dice: Dice, head: string, kinds = usualKinds): string {
  const kind = dice.weighted(kinds)
  if (kind === 'shape') return shapes[dice.pick(dice.chance(0.97) ? shortShapes : shapeNames)]!
  const path = dice.chance(0.85) ? dice.pick(warmPaths) : dice.pick(otherPaths)
  if (kind === 'same') return `GET ${path} HTTP/1.1\r\n${head}\r\n`
  if (kind === 'other') {
    const version = dice.chance(0.95) ? 'HTTP/1.1' : 'HTTP/1.0'
    return `GET ${path} ${version}\r\n${randomHead(dice, { odd: dice.chance(0.5) })}\r\n`
  }
  if (kind === 'method') {
    const method = dice.pick(['HEAD', 'OPTIONS', 'DELETE', 'PUT', 'get', 'QUERY'])
    return `${method} ${path} HTTP/1.1\r\n${head}\r\n`
  }
  return withBody(dice, { path: dice.chance(0.5) ? '/echo' : path, head })
}

/** A request with a body, by its length or in a chunk. */
export function withBody(dice: Dice, { path, head }: { path: string; head: string }): string {
  const method = dice.pick(['POST', 'GET', 'PUT'])
  const body = dice.pick([
    '',
    'a',
    'hello world',
    'GET /hit/json HTTP/1.1\r\nHost: a.test\r\n\r\n',
    '\0'.repeat(300),
  ])
  if (dice.chance(0.5))
    return `${method} ${path} HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`
  const chunks = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
  return `${method} ${path} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`
}

/** The lines of a head, without the request line and the empty line. */
function randomHead(dice: Dice, { odd }: { odd: boolean }): string {
  const lines = Array.from({ length: dice.below(odd ? 6 : 9) }, () => {
    const [name, values] = dice.pick(odd ? fields : usual)
    const spelled = dice.chance(0.2) ? name.toLowerCase() : name
    return `${spelled}:${odd && dice.chance(0.1) ? dice.pick(['', '  ', '\t']) : ' '}${dice.pick(values)}\r\n`
  })
  if (!odd || dice.chance(0.95)) lines.splice(dice.below(lines.length + 1), 0, `Host: ${host}\r\n`)
  return lines.join('')
}

/** Where a text is cut: most often nowhere. */
export function randomCuts(text: string, dice: Dice): number[] {
  const way = dice.weighted({ whole: 65, few: 28, ends: 5, bytes: 2 })
  if (way === 'whole' || text.length < 2) return []
  if (way === 'bytes' && text.length < 700)
    return Array.from({ length: text.length - 1 }, (_, index) => index + 1)
  // Where lines end is where parsers stumble.
  const places =
    way === 'ends' ? Array.from(text.matchAll(/\r\n/g), ({ index }) => index + dice.below(3)) : []
  const chosen = places.filter(() => dice.chance(0.3))
  const few = Array.from({ length: 1 + dice.below(3) }, () => 1 + dice.below(text.length - 1))
  return [...new Set([...chosen, ...few])].filter((cut) => cut > 0 && cut < text.length).sort((a, b) => a - b)
}
