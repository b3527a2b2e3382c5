import path from 'node:path'
import { importFile, scenarioFile } from '@hotpath/load/import'
import { exitCode } from '../exit-code.ts'
import { printNotes } from '../load/notes.ts'
import { openOutFile } from '../out-file.ts'
import { print, printJson, say } from '../terminal.ts'

export interface LoadImportOptions {
  out?: string
  json: boolean
}

/** Reads a script, a recording or a description, lists what it skipped, and writes its scenarios as a file of ours. */
export async function loadImport(file: string, { out: to, json }: LoadImportOptions): Promise<number> {
  const imported = importFile(file, { environment: process.env })
  const out = openOutFile(to)
  const from = path.relative(path.dirname(path.resolve(to ?? 'scenarios.ts')), path.resolve(file))
  const script = from.startsWith('.') ? from : `./${from}`
  const source = scenarioFile(imported, { script: script.split(path.sep).join('/') })
  out.writeText(source)
  const { format, origin, options, notes, scenarios } = imported
  if (json)
    printJson({ format, origin, scenarios: scenarios.map(({ name }) => name), options, notes, source })
  else {
    printNotes(imported)
    if (to === undefined) print(source.trimEnd())
    else say(`${scenarios.length} scenarios are in ${to}: hotpath load ${to} --origin URL`)
  }
  return exitCode.ok
}
