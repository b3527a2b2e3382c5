import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { cliErrors } from './errors.ts'

/** Where a command keeps its result, besides printing it. */
export interface OutFile {
  write(value: unknown): void
  writeText(text: string): void
}

/**
 * Tries the file before anything is measured, so that minutes of work are not lost to a mistyped path. Where nothing is
 * written afterwards, no empty file is left.
 * @throws HP_OUT_UNWRITABLE
 */
export function openOutFile(file: string | undefined): OutFile {
  if (file === undefined) return { write() {}, writeText() {} }
  try {
    const isNew = !existsSync(file)
    closeSync(openSync(file, 'a'))
    if (isNew) rmSync(file)
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw cliErrors.HP_OUT_UNWRITABLE({ file, problem }, { cause })
  }
  const writeText = (text: string): void => writeFileSync(file, text)
  return { write: (value) => writeText(`${JSON.stringify(value, null, 2)}\n`), writeText }
}
