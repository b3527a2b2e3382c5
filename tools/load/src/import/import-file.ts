import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { errors } from '../errors.ts'
import { importArtillery } from './artillery/artillery.ts'
import { importHar } from './har.ts'
import type { Imported, ImportTools } from './imported.ts'
import { importK6 } from './k6/k6.ts'
import { importOpenApi, isOpenApi } from './openapi/openapi.ts'

/** The endings of the files that can be imported. */
export const importEndings: readonly string[] = ['.yml', '.yaml', '.js', '.mjs', '.har', '.json']

export interface ImportFileOptions {
  /** What a script reads as its environment. @default {} */
  environment?: Readonly<Record<string, string | undefined>>
}

/**
 * Reads a script of Artillery (YAML, JSON) or k6 (JavaScript), a recording (HAR), or a description of an interface
 * (OpenAPI 3, YAML or JSON). The scripts' code is interpreted,
 * never run as code. They may read files of their own folder and of the working directory.
 * @throws HP_LOAD_IMPORT, HP_LOAD_IMPORT_FILE, HP_LOAD_SCRIPT_UNREADABLE
 */
export function importFile(file: string, { environment = {} }: ImportFileOptions = {}): Imported {
  const text = readText(file, (problem, cause) =>
    errors.HP_LOAD_SCRIPT_UNREADABLE({ file, problem }, { cause }),
  )
  const folders = [path.dirname(path.resolve(file)), process.cwd()]
  const tools: ImportTools = {
    environment,
    readFile: (name) =>
      readText(inside(folders, name), (problem, cause) =>
        errors.HP_LOAD_IMPORT_FILE({ given: name, problem }, { cause }),
      ),
  }
  const shown = path.basename(file)
  const ending = path.extname(file).toLowerCase()
  if (ending === '.js' || ending === '.mjs') return importK6(text, shown, tools)
  if (ending === '.har') return importHar(text, shown)
  return isOpenApi(text, shown) ? importOpenApi(text, shown) : importArtillery(text, shown, tools)
}

/** The file that a script names, if it lies in a folder that scripts may read: a script sends what it reads. */
function inside(folders: readonly string[], name: string): string {
  const full = path.resolve(folders[0]!, name.replace(/^file:\/\//, ''))
  let real: string
  try {
    real = realpathSync(full)
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw errors.HP_LOAD_IMPORT_FILE({ given: name, problem }, { cause })
  }
  const allowed = folders.some((folder) => real.startsWith(`${realpathSync(folder)}${path.sep}`))
  if (allowed) return real
  const problem = "it lies outside the script's folder and the working directory"
  throw errors.HP_LOAD_IMPORT_FILE({ given: name, problem })
}

function readText(file: string, refuse: (problem: string, cause: unknown) => Error): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw refuse((cause as NodeJS.ErrnoException).code ?? String(cause), cause)
  }
}
