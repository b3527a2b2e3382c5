import { DatabaseError, type QueryConfig } from 'pg'

/** Names under which the statements of one pool are prepared, so that the server parses and plans each of them once. */
export interface PreparedNames {
  /** Undefined for what is asked for the first time: most texts that are made by a program are asked once. */
  nameOf(text: string): string | undefined
  /** What was prepared under the name of this text is of no use any more. */
  renew(text: string): void
}

/** Each is kept by every session of the server that has run it. */
const mostNames = 1_000
/** Texts that were seen once; forgotten all at once beyond it. */
const mostSeen = 10_000

export function createPreparedNames(): PreparedNames {
  const names = new Map<string, string>()
  let seen = new Set<string>()
  let given = 0

  const newName = (): string => `hotpath_${(given += 1)}`

  return {
    nameOf(text) {
      const known = names.get(text)
      if (known !== undefined) return known
      if (!seen.has(text)) {
        if (seen.size >= mostSeen) seen = new Set()
        seen.add(text)
        return undefined
      }
      if (given >= mostNames) return undefined
      seen.delete(text)
      const name = newName()
      names.set(text, name)
      return name
    },
    renew(text) {
      // Names that are used up stay so: what sessions keep under the old ones is theirs until they end.
      if (given < mostNames) names.set(text, newName())
      else names.delete(text)
    },
  }
}

/** Whether PostgreSQL refuses to run what was prepared because a table was altered since; nothing was done. */
export function isStalePlan(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery'
}

/** The text of a statement that may be prepared: with values, and without a name of its own. */
export function textToPrepare(config: string | QueryConfig, values: unknown): string | undefined {
  if (typeof config === 'string') return hasValues(values) ? config : undefined
  return config.name === undefined && hasValues(config.values ?? values) ? config.text : undefined
}

const hasValues = (values: unknown) => Array.isArray(values) && values.length > 0
