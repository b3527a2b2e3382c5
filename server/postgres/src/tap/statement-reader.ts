import { createHash } from 'node:crypto'
import { readTree, type StatementFacts } from './facts.ts'
import { createLru } from './lru.ts'
import { shapeOf } from './shape.ts'

/** Reads statements with PostgreSQL's own parser; each text once, as long as it is remembered. */
export interface StatementReader {
  /** Loads the parser (WebAssembly, about 30 ms) where that has not happened. */
  ready(): Promise<void>
  /** What a statement is: 0.5 ms for a text that is not remembered. Null until `ready`. */
  read(text: string): StatementFacts | null
}

export interface StatementReaderOptions {
  /** Texts remembered. @default 1_000 */
  maxTexts?: number
}

type Parser = typeof import('libpg-query')

/** Longer texts are not parsed: their tree would take hundreds of megabytes. */
const longest = 100_000

export function createStatementReader({ maxTexts = 1_000 }: StatementReaderOptions = {}): StatementReader {
  const known = createLru<StatementFacts>(maxTexts)
  let parser: Parser | undefined
  let loading: Promise<void> | undefined

  async function load(): Promise<void> {
    const module = await import('libpg-query')
    await module.loadModule()
    parser = module
  }

  return {
    ready: () => (loading ??= load()),
    read(text) {
      if (!parser) return null
      const before = known.get(text)
      if (before) return before
      const facts = parse(parser, text)
      known.set(text, facts)
      return facts
    },
  }
}

function parse(parser: Parser, text: string): StatementFacts {
  if (text.length > longest) return unreadable(text)
  try {
    const tree: unknown = parser.parseSync(text)
    // To the parser's fingerprint `id = $1` and `id in ($1, $2)` are one; to whoever looks for N+1 they are not.
    const list = JSON.stringify(tree).includes('"AEXPR_IN"') ? '-in' : ''
    const fingerprint = `${parser.fingerprintSync(text)}${list}`
    return { fingerprint, sql: parser.normalizeSync(text), ...readTree(tree) }
  } catch {
    return unreadable(text)
  }
}

/** Told apart by the shape alone, which shows no value either. */
function unreadable(text: string): StatementFacts {
  const sql = shapeOf(text.slice(0, longest))
  const fingerprint = createHash('sha256').update(sql).digest('hex').slice(0, 16)
  return { fingerprint, sql, kind: 'unknown', tables: [], written: [], functions: [], batchable: [] }
}
