import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { errors } from '../errors.ts'

/** A row of a feeder: values by name; those of a CSV file are texts. */
export type Row = Readonly<Record<string, unknown>>

const byteOrderMark = /^\uFEFF/

/**
 * Reads rows from a CSV file with a heading (RFC 4180; `;` and tab separate too) or a JSON file with a list of objects.
 * @throws HP_LOAD_FEEDER
 */
export function readRows(file: string): Row[] {
  const fail = (problem: string, cause?: unknown) => errors.HP_LOAD_FEEDER({ name: file, problem }, { cause })
  let text: string
  try {
    text = readFileSync(file, 'utf8').replace(byteOrderMark, '')
  } catch (cause) {
    throw fail((cause as Error).message, cause)
  }
  try {
    const isJson = path.extname(file).toLowerCase() === '.json'
    return checkRows(isJson ? JSON.parse(text) : parseCsv(text), file)
  } catch (cause) {
    throw fail((cause as Error).message, cause)
  }
}

/** @throws Error saying what is wrong with them */
export function checkRows(rows: unknown, name: string): Row[] {
  if (!Array.isArray(rows)) throw new Error(`${name} holds no list`)
  const wrong = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row))
  if (wrong >= 0) throw new Error(`row ${wrong + 1} is no object`)
  if (rows.length === 0) throw new Error('it has no rows')
  return rows as Row[]
}

function parseCsv(text: string): unknown {
  return parse(text, { columns: true, delimiter: [',', ';', '\t'], skip_empty_lines: true, trim: true })
}
