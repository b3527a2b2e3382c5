import type { Dice } from '../../../cache/soak/real/dice.ts'
import { host, hugePath } from './application.ts'
import { randomCuts, warmPaths, withBody } from './grammar.ts'
import { type History, send, type Step } from './history.ts'

/**
 * Makes a connection whose client now and then stops reading while it asks for more than the kernel keeps for it. None of
 * its requests makes the server hang up: how much of what had not been read by then still arrives is the kernel's matter.
 */
export function randomLate(dice: Dice): History {
  const head = `Host: ${host}\r\n${dice.chance(0.5) ? 'Accept: */*\r\n' : ''}`
  const some = (most: number) =>
    Array.from({ length: 1 + dice.below(most) }, () => calmRequest(dice, head)).join('')
  const huge = (least: number, most: number) =>
    `GET ${hugePath} HTTP/1.1\r\n${head}\r\n`.repeat(least + dice.below(most - least + 1))
  const sent = (text: string) => send(text, dice.chance(0.6) ? [] : randomCuts(text, dice))
  const steps: Step[] = []
  for (let stops = dice.pick([1, 1, 2]); stops > 0; stops--) {
    if (dice.chance(0.7)) steps.push(sent(some(3)))
    steps.push({ kind: 'stop-reading' }, sent((dice.chance(0.3) ? some(2) : '') + huge(4, 8)))
    for (let more = dice.below(4); more > 0; more--) {
      steps.push(sent((dice.chance(0.4) ? huge(1, 6) : '') + some(4)))
    }
    steps.push({ kind: 'read-on' })
  }
  if (dice.chance(0.5)) steps.push(sent(some(3)))
  return { steps, fin: 'when-quiet' }
}

const kinds = { hit: 50, handed: 25, body: 15, head: 10 }
const handedPaths = ['/own/zzzzzz/a', '/slow', '/stream', '/early', '/no'] as const

/** A request that leaves the connection open. */
function calmRequest(dice: Dice, head: string): string {
  const kind = dice.weighted(kinds)
  const path = kind === 'handed' ? dice.pick(handedPaths) : dice.pick(warmPaths)
  if (kind === 'body') return withBody(dice, { path: dice.chance(0.5) ? '/echo' : path, head })
  return `${kind === 'head' ? 'HEAD' : 'GET'} ${path} HTTP/1.1\r\n${head}\r\n`
}
