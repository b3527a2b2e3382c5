import { createFigures, type Figures } from './figures.ts'
import { createLru } from './lru.ts'
import type { TapSettings } from './options.ts'
import { shapeOf } from './shape.ts'
import { others } from './share.ts'
import type { StatementReader } from './statement-reader.ts'

/** The figures of all statements, by their shape. */
export interface Shapes {
  /** The figures to which an execution of `text` is charged. */
  figuresOf(text: string): Figures
  all(): readonly Figures[]
  /** Resolves when the parser has said of all what they are. */
  parsed(): Promise<void>
  reset(): void
}

/** Longer texts are recognised by their beginning, and not remembered whole. */
const longestText = 10_000
const maxTexts = 2_000

/** Shapes are parsed between other work, one at a time, so that no caller waits for the parser. */
export function createShapes(
  { maxStatements, samples, random }: TapSettings,
  reader: StatementReader,
): Shapes {
  const keep = { samples, random }
  let byText = createLru<Figures>(maxTexts)
  let byShape = new Map<string, Figures>()
  let rest = restFigures()
  const unread: Figures[] = []
  let scheduled = false

  function restFigures(): Figures {
    const facts = {
      fingerprint: 'others',
      sql: others,
      kind: 'unknown',
      tables: [],
      written: [],
      functions: [],
      batchable: [],
    } as const
    return Object.assign(createFigures('', { samples: 0, random }), { facts })
  }

  function admit(text: string): Figures {
    const shape = shapeOf(text)
    const known = byShape.get(shape)
    if (known) return known
    if (byShape.size >= maxStatements) return rest
    const figures = createFigures(text, keep)
    byShape.set(shape, figures)
    unread.push(figures)
    schedule()
    return figures
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    reader.ready().then(
      () => void setImmediate(readNext).unref(),
      // Without the parser statements go by their shape alone, and the next one tries again.
      () => (scheduled = false),
    )
  }

  function readNext(): void {
    scheduled = false
    const next = unread.shift()
    if (next) next.facts = reader.read(next.example)
    if (unread.length > 0) schedule()
  }

  return {
    figuresOf(text) {
      if (text.length > longestText) return admit(text.slice(0, longestText))
      let figures = byText.get(text)
      if (!figures) byText.set(text, (figures = admit(text)))
      return figures
    },
    all: () => [...byShape.values(), ...(rest.calls > 0 ? [rest] : [])],
    async parsed() {
      await reader.ready()
      while (unread.length > 0) readNext()
    },
    reset() {
      byText = createLru(maxTexts)
      byShape = new Map()
      rest = restFigures()
      unread.length = 0
    },
  }
}
