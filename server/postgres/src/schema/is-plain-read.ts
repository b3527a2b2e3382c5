import type { StatementFacts } from '../tap/facts.ts'
import type { Functions } from './functions.ts'

/** Whether a statement is known to change nothing: it reads, and calls no function that may do otherwise. */
export function isPlainRead(facts: StatementFacts | null, functions: Functions): boolean {
  if (facts?.kind !== 'read') return false
  return facts.functions.every((name) => {
    const found = functions.find(name)
    return found !== undefined && found.volatility !== 'volatile'
  })
}
