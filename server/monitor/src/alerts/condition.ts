import { say } from '../say.ts'
import type { Rule } from './rules.ts'
import type { Timing, Windows } from './timing.ts'

/** When a rule fires, as a sentence for the list of rules. */
export function conditionOf(rule: Rule, timing: Timing): string {
  const { kind, allowed, budget, figure } = rule
  const percent = (share: number) => say(Math.min(1, share), 'ratio')
  const within = ({ longMs, shortMs }: Windows) => `in ${say(longMs, 'ms')} and in ${say(shortMs, 'ms')}`
  const or = (pairs: readonly Windows[], tell: (times: number) => string) =>
    pairs.map((pair) => `${tell(pair.times)} ${within(pair)}`).join(', or ')
  const bound = say(budget.bound, budget.unit)
  switch (kind) {
    case 'burn':
      return or(timing.burn, (times) => `over ${percent(times * allowed)} of requests fail`)
    case 'share': {
      const who = figure === 'statement' ? 'statements' : 'requests'
      const share = (times: number) => percent(Math.min(times * allowed, (1 + allowed) / 2))
      return or(timing.share, (times) => `over ${share(times)} of ${who} take longer than ${bound}`)
    }
    case 'misses':
      return or(timing.value, (times) => `under ${percent(1 - times * allowed)} of lookups are hits`)
    case 'mean':
    case 'rate':
      return or(timing.value, (times) => `${budget.text} is missed by over ${percent((times - 1) / 2)}`)
    default:
      return 'never'
  }
}
