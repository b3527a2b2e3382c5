import { isRecord, listOf, type Path, type ScriptDocument } from '../document.ts'
import type { NoteTaker } from '../imported.ts'
import { variablesIn } from './template.ts'

/** Where a step gives a variable its value: a capture, and the turns of a loop. */
const naming = new Set(['as', 'loopValue', 'loopElement'])
const ofLoops = ['$loopCount', '$loopElement']

/** Notes what the scenarios read though nothing that runs here sets it: it is sent as nothing. */
export function noteUnset(document: ScriptDocument, notes: NoteTaker): void {
  const { data, lineOf } = document
  const set = new Set([...ofLoops, ...configured(data.config)])
  eachText(data.scenarios, ['scenarios'], (text, path) => {
    if (naming.has(String(path.at(-1)))) set.add(text)
  })
  eachText(data.scenarios, ['scenarios'], (text, path) => {
    for (const name of variablesIn(text)) {
      if (set.has(name)) continue
      notes.skipped(lineOf(path), `{{ ${name} }}: nothing sets it, so it is sent as nothing`)
    }
  })
}

/** What `config.variables` and `config.payload` set. */
function configured(config: unknown): string[] {
  if (!isRecord(config)) return []
  const payloads = listOf(config.payload).filter(isRecord)
  return [
    ...(isRecord(config.variables) ? Object.keys(config.variables) : []),
    ...payloads.flatMap(({ fields, name }) => [...listOf(fields), name].map(String)),
  ]
}

/** Every text within a value, keys too. */
function eachText(value: unknown, path: Path, visit: (text: string, path: Path) => void): void {
  if (typeof value === 'string') return visit(value, path)
  if (Array.isArray(value)) return value.forEach((part, index) => eachText(part, [...path, index], visit))
  if (!isRecord(value)) return
  for (const [key, part] of Object.entries(value)) {
    visit(key, [...path, key])
    eachText(part, [...path, key], visit)
  }
}
