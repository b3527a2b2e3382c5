import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { cliErrors } from './errors.ts'

export interface InputFile {
  file: string
  text: string
}

/**
 * A file, or every .json file of a folder.
 * @throws HP_FILE_UNREADABLE
 */
export function readInputs(given: string): InputFile[] {
  try {
    const isFolder = statSync(given).isDirectory()
    const names = isFolder ? readdirSync(given).filter((name) => name.endsWith('.json')) : [given]
    if (names.length === 0) throw new Error('it holds no .json file')
    return names.map((name) => {
      const file = isFolder ? path.join(given, name) : name
      return { file, text: readFileSync(file, 'utf8') }
    })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw cliErrors.HP_FILE_UNREADABLE({ file: given, problem: code ?? message }, { cause })
  }
}
