import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { errors } from '../errors.ts'

/** Where a value stands in a document: `['scenarios', 0, 'flow']`. */
export type Path = readonly (string | number)[]

/** A script as data, with the lines of its parts. */
export interface ScriptDocument {
  data: Record<string, unknown>
  /** The line on which the value at `path`, or the nearest part above it, begins; from 1. */
  lineOf(path: Path): number
}

/**
 * Reads YAML (JSON is a part of it).
 * @throws HP_LOAD_IMPORT naming the line that cannot be read
 */
export function readDocument(text: string, file: string): ScriptDocument {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, merge: true, prettyErrors: false })
  const [problem] = document.errors
  if (problem) {
    const { line } = counter.linePos(problem.pos[0])
    throw errors.HP_LOAD_IMPORT({ file, line, problem: problem.message })
  }
  const data = toData(document, file)
  if (!isRecord(data)) {
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem: 'it holds no map' })
  }
  return {
    data,
    lineOf(path) {
      for (let length = path.length; length > 0; length--) {
        const parent = document.getIn(path.slice(0, length - 1), true)
        const name = String(path[length - 1])
        const pair = isMap(parent)
          ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === name)
          : undefined
        const node = pair?.key ?? document.getIn(path.slice(0, length), true)
        if (isNode(node) && node.range) return counter.linePos(node.range[0]).line
      }
      return 1
    },
  }
}

/** Aliases that grow without bound are refused by the parser. */
function toData(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw errors.HP_LOAD_IMPORT({ file, line: 1, problem }, { cause })
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A list stays one, nothing is an empty one, anything else a list of itself. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null ? [] : [value]
}
