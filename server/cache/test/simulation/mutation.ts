import type { Invariant } from './oracle.ts'

/** One rule broken, and what has to notice. */
export interface Mutation {
  /** The rule that no longer holds. */
  name: string
  /** Any of these. */
  caughtBy: readonly Invariant[]
  edits: readonly Edit[]
}

/** A piece of text that occurs once in a file below server/cache. */
export interface Edit {
  file: string
  find: string
  replace: string
}
