import type { Dice } from '../../../cache/soak/real/dice.ts'
import { host } from './application.ts'
import { type History, send, type Step } from './history.ts'

const paths = ['/short/zzzzzz', '/own/zzzzzz/a', '/declared/1', '/hit/json', '/private/zzzzzz'] as const
const lines = [
  '',
  'Accept-Encoding: br\r\n',
  'Cookie: a=b\r\n',
  'Cache-Control: no-cache\r\n',
  'Authorization: x\r\n',
]

/** A connection during which time passes and what is stored is dropped: what was overtaken must not be served. */
export function randomStates(dice: Dice): History {
  const steps = Array.from({ length: 3 + dice.below(8) }, (): Step => {
    const kind = dice.weighted({ send: 60, pass: 20, purge: 10, invalidate: 10 })
    if (kind === 'pass') return { kind, ms: dice.pick([1, 999, 1_000, 5_000, 9_999, 10_001, 25_000, 60_000]) }
    if (kind === 'purge')
      return { kind, pattern: dice.pick(['/short/zzzzzz', '/own/zzzzzz/*', '*zzzzzz*', '/none']) }
    if (kind === 'invalidate') return { kind, tag: dice.pick(['item:zzzzzz', 'item:none']) }
    const line = dice.pick(lines)
    const requests = Array.from({ length: 1 + dice.below(4) }, () => {
      const own = dice.chance(0.2) ? dice.pick(lines) : line
      return `GET ${dice.pick(paths)} HTTP/1.1\r\nHost: ${host}\r\n${own}\r\n`
    })
    return send(requests.join(''))
  })
  return { steps, fin: 'when-quiet' }
}
