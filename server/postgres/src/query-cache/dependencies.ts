import type { Functions } from '../schema/functions.ts'
import type { Relations } from '../schema/relations.ts'
import type { StatementFacts } from '../tap/facts.ts'

/** What the schema says, as of one moment. */
export interface Schema {
  relations: Relations
  functions: Functions
}

/** The tables that a result depends on, by `schema.name`; or why nobody can tell. */
export type Dependencies = { tables: readonly string[] } | { refused: string }

/** PostgreSQL's own functions that are stable only by settings that all connections of a pool share. */
const steady = new Set(
  (
    'date_trunc to_char to_date to_timestamp to_tsvector to_tsquery plainto_tsquery phraseto_tsquery ' +
    'websearch_to_tsquery ts_headline concat concat_ws format to_json to_jsonb row_to_json array_to_json json_agg ' +
    'jsonb_agg json_object_agg jsonb_object_agg json_build_object json_build_array jsonb_build_object ' +
    'jsonb_build_array date_part extract timezone array_to_string string_agg array_agg'
  ).split(' '),
)

/** Values that change with the clock or the caller and are no function calls in the parse tree. */
const momentary =
  /\b(current_(date|time|timestamp|user|role|catalog|schema)|localtime(stamp)?|session_user|user)\b|'\s*(now|today|tomorrow|yesterday)\s*'/i

const deepestView = 20

export interface Following {
  read: (text: string) => StatementFacts | null
  /** Views passed through so far. @default 0 */
  depth?: number
}

/** Follows a statement through its views to its tables. In doubt it refuses. */
export function dependenciesOf(text: string, schema: Schema, { read, depth = 0 }: Following): Dependencies {
  const facts = read(text)
  if (facts?.kind !== 'read') return { refused: 'it is no plain read' }
  if (momentary.test(text)) return { refused: 'its result depends on the time or the user' }
  for (const name of facts.functions) {
    const found = schema.functions.find(name)
    if (!found) return { refused: `the function ${name} is not known` }
    if (
      found.volatility === 'immutable' ||
      (found.builtin && found.volatility === 'stable' && steady.has(name))
    )
      continue
    return {
      refused: `the function ${name} may answer differently each time, or read tables that the statement does not name`,
    }
  }
  const tables = new Set<string>()
  for (const name of facts.tables) {
    const found = tablesBehind(name, schema, { read, depth })
    if ('refused' in found) return found
    for (const table of found.tables) tables.add(table)
  }
  return { tables: [...tables].sort() }
}

function tablesBehind(name: string, schema: Schema, { read, depth }: Required<Following>): Dependencies {
  const relation = schema.relations.find(name)
  if (!relation) return { refused: `the table ${name} is not known` }
  if (relation.rowSecurity)
    return { refused: `which rows of ${name} are seen depends on who reads (row security)` }
  if (relation.system) return { refused: `${name} is a table of PostgreSQL itself` }
  if (relation.inherits) return { refused: `${name} inherits from, or is inherited by, another table` }
  if (relation.kind === 'r' || relation.kind === 'p') return { tables: [relation.name] }
  if (relation.definition === null || depth === deepestView)
    return { refused: `writes to ${name} are not seen` }
  const found = dependenciesOf(relation.definition, schema, { read, depth: depth + 1 })
  return 'refused' in found ? { refused: `of the view ${name}: ${found.refused}` } : found
}
