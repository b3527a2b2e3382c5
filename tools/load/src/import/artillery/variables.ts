import { parse } from 'csv-parse/sync'
import type { Random } from '../../random/random.ts'
import type { ImportTools, NoteTaker } from '../imported.ts'
import { isRecord, listOf, type ScriptDocument } from '../document.ts'
import { textOf } from './template.ts'

/** Gives a virtual user its variables; `number` is the user's own. */
export type DrawVariables = (random: Random, number: number) => Record<string, unknown>

/**
 * `config.variables` and `config.payload`.
 * @throws HP_LOAD_IMPORT_FILE when a CSV file cannot be read
 */
export function readVariables(document: ScriptDocument, tools: ImportTools, notes: NoteTaker): DrawVariables {
  const config = isRecord(document.data.config) ? document.data.config : {}
  const fixed = isRecord(config.variables) ? Object.entries(config.variables) : []
  const payloads = listOf(config.payload).map((payload, index) =>
    readPayload(payload, {
      tools,
      notes,
      line: document.lineOf(
        Array.isArray(config.payload) ? ['config', 'payload', index] : ['config', 'payload'],
      ),
    }),
  )
  return (random, number) => {
    const variables: Record<string, unknown> = {}
    for (const [name, value] of fixed) variables[name] = Array.isArray(value) ? random.pick(value) : value
    for (const draw of payloads) Object.assign(variables, draw(random, number))
    return variables
  }
}

interface PayloadContext {
  tools: ImportTools
  notes: NoteTaker
  line: number
}

function readPayload(payload: unknown, { tools, notes, line }: PayloadContext): DrawVariables {
  if (!isRecord(payload) || typeof payload.path !== 'string') {
    notes.skipped(line, 'payload: it names no file (path)')
    return () => ({})
  }
  const options = isRecord(payload.options) ? payload.options : {}
  const rows = parse(tools.readFile(payload.path), {
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    delimiter: textOf(payload.delimiter ?? options.delimiter ?? ','),
    from_line: payload.skipHeader === true ? 2 : 1,
  })
  const cast = payload.cast !== false
  const fields = listOf(payload.fields).map(String)
  const records = rows.map((row) =>
    Object.fromEntries(fields.map((field, index) => [field, cast ? castCell(row[index]) : row[index]])),
  )
  if (payload.loadAll === true && typeof payload.name === 'string') {
    const { name } = payload
    return () => ({ [name]: records })
  }
  if (fields.length === 0 || records.length === 0) {
    notes.skipped(line, `payload ${payload.path}: it has no ${fields.length === 0 ? 'fields' : 'rows'}`)
    return () => ({})
  }
  return payload.order === 'sequence'
    ? (_random, number) => records[number % records.length]!
    : (random) => random.pick(records)
}

/** Numbers become numbers, as Artillery does by default. */
function castCell(cell: string | undefined): unknown {
  return cell !== undefined && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell) ? Number(cell) : cell
}
