import type { LoadOptions } from '../run/plan.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { OutlinedScenario } from './outline.ts'

/** Something of a script that runs otherwise than in its own tool, or not at all. */
export interface ImportNote {
  /** Of the script, from 1; null where it speaks of the whole. */
  line: number | null
  /** `skipped` is not run; `translated` runs, with another meaning that the text states. */
  kind: 'skipped' | 'translated'
  text: string
}

/** How an imported script wants to be run. */
export type ImportedOptions = Pick<
  LoadOptions,
  | 'model'
  | 'stages'
  | 'users'
  | 'iterations'
  | 'duration'
  | 'timeout'
  | 'budgets'
  | 'headers'
  | 'insecure'
  | 'redirects'
  | 'keepAlive'
>

/** A script of another tool as scenarios and options of ours: `runLoad({ ...options, origin, scenarios })`. */
export interface Imported {
  format: 'artillery' | 'k6' | 'har' | 'openapi'
  /** Where the script sends its load; null when it does not say. */
  origin: string | null
  scenarios: Scenario[]
  /** The same as data, where each request is known before the run: a recording, or a description of an interface. */
  outline?: readonly OutlinedScenario[]
  options: ImportedOptions
  /** In the order of their lines. */
  notes: ImportNote[]
}

/** What an importer may use of the world. */
export interface ImportTools {
  /** The text of a file that the script names, relative to the script. */
  readFile(name: string): string
  /** Read by `__ENV.NAME` and `{{ $env.NAME }}`. */
  environment: Readonly<Record<string, string | undefined>>
}

/** Collects notes, each once. */
export interface NoteTaker {
  skipped(line: number | null, text: string): void
  translated(line: number | null, text: string): void
  /** By line; what speaks of the whole comes first. */
  all(): ImportNote[]
}

export function createNoteTaker(): NoteTaker {
  const notes = new Map<string, ImportNote>()
  const add = (kind: ImportNote['kind']) => (line: number | null, text: string) => {
    notes.set(`${line} ${kind} ${text}`, { line, kind, text })
  }
  return {
    skipped: add('skipped'),
    translated: add('translated'),
    all: () => [...notes.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  }
}
