import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Scenario } from '@hotpath/load'
import { cliErrors } from '../errors.ts'
import { importModule } from '../import-module.ts'

/**
 * The files of a folder that hold scenarios, by their names: `scenarios.ts`, `load/*.ts`, `*.load.ts`; in this order,
 * each kind by the alphabet.
 */
export function scenarioFilesOf(folder: string): string[] {
  const own = namesIn(folder)
  return [
    ...own.filter((name) => name === 'scenarios.ts'),
    ...namesIn(path.join(folder, 'load'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join('load', name)),
    ...own.filter((name) => name.endsWith('.load.ts')),
  ].map((name) => path.join(folder, name))
}

/**
 * The scenarios that a file exports as `scenarios`.
 * @throws HP_MODULE_BROKEN, HP_APP_INCOMPLETE when it exports none
 */
export async function scenariosIn(file: string): Promise<Readonly<Record<string, Scenario>>> {
  const { scenarios } = await importModule(file)
  if (typeof scenarios === 'object' && scenarios !== null) return scenarios as Record<string, Scenario>
  throw cliErrors.HP_APP_INCOMPLETE({ file: path.relative(process.cwd(), file), name: 'scenarios' })
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}
