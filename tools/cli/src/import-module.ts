import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { HotpathError } from '@hotpath/core'
import { cliErrors } from './errors.ts'

/**
 * Runs a module of the user's, and hands back what it exports.
 * @throws HP_MODULE_BROKEN naming the place, where it cannot be read or throws
 */
export async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path.resolve(file)).href)) as Record<string, unknown>
  } catch (cause) {
    if (cause instanceof HotpathError) throw cause
    const { name, message, stack } = cause instanceof Error ? cause : new Error(String(cause))
    const shown = path.relative(process.cwd(), file)
    const problem = `${name}: ${message.split('\n')[0]}${placeIn(stack ?? '')}`
    throw cliErrors.HP_MODULE_BROKEN({ file: shown, problem }, { cause })
  }
}

/** Where it is wrong: of a file that cannot be read the stack begins with the place, else its first frame outside Node. */
function placeIn(stack: string): string {
  const [, place] = /(?:^|[\s(])(?:file:\/\/)?(\/[^\s()]+:\d+(?::\d+)?)/m.exec(stack) ?? []
  return place === undefined ? '' : ` (${place})`
}
