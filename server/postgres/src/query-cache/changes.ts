import type { Written } from '../writes/watch-writes.ts'
import type { Schema } from './dependencies.ts'
import { anyTable, changeTags } from './tags.ts'

/** The key that a statement's rows have in common; null where they have none, or none that can be named. */
export type KeyOf = (written: Written) => { column: string; value: string } | null

export interface Concerns {
  keyOf: KeyOf
  /** Whether results of this table are kept at all. */
  keeps: (table: string) => boolean
}

/** What the statements of a transaction invalidate. In doubt, everything. */
export function changedTags(statements: readonly Written[], schema: Schema, concerns: Concerns): string[] {
  const tags = new Set<string>()
  for (const written of statements) for (const tag of tagsOf(written, schema, concerns)) tags.add(tag)
  return [...tags]
}

function tagsOf(written: Written, schema: Schema, { keyOf, keeps }: Concerns): readonly string[] {
  const { facts } = written
  if (facts?.kind === 'transaction' || facts?.kind === 'session') return []
  if (!facts || facts.kind === 'schema' || facts.kind === 'unknown' || callsCode(facts.functions, schema))
    return [anyTable]
  // DO, CALL and EXECUTE name nothing at all.
  const isBlind = facts.written.length + facts.tables.length + facts.functions.length === 0
  if (facts.kind === 'write' && isBlind) return [anyTable]
  const tags: string[] = []
  for (const name of facts.written) {
    const reached = reachedFrom(name, schema)
    if (!reached) return [anyTable]
    const [target, ...others] = reached
    const key = facts.written.length === 1 ? keyOf(written) : null
    if (keeps(target!)) tags.push(...changeTags(target!, key && { column: key.column, values: [key.value] }))
    for (const table of others.filter(keeps)) tags.push(...changeTags(table, null))
  }
  return tags
}

/** Functions of the application that may write: nobody sees where. */
function callsCode(functions: readonly string[], { functions: known }: Schema): boolean {
  return functions.some((name) => {
    const found = known.find(name)
    return !found || (!found.builtin && found.volatility === 'volatile')
  })
}

/** The table and all that foreign keys change along with it; null where triggers or rules may change more. */
function reachedFrom(name: string, { relations }: Schema): string[] | null {
  const reached = new Set<string>()
  const waiting = [name]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const relation = relations.find(next)
    if (!relation || relation.hasSideEffects || relation.inherits) return null
    if (relation.kind !== 'r' && relation.kind !== 'p') return null
    if (reached.has(relation.name)) continue
    reached.add(relation.name)
    waiting.push(...relation.cascades)
  }
  return [...reached]
}
