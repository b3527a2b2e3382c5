import { writeFileSync } from 'node:fs'
import { cliErrors } from './errors.ts'

/** Keeps a result as JSON. @throws HP_OUT_UNWRITABLE */
export function writeResult(file: string, value: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
  } catch (cause) {
    throw cliErrors.HP_OUT_UNWRITABLE(
      { file, problem: (cause as NodeJS.ErrnoException).code ?? String(cause) },
      { cause },
    )
  }
}
