import { existsSync } from 'node:fs'
import path from 'node:path'
import { loadErrors } from '@hotpath/load'
import { type Deployment, readDeployment } from '@hotpath/load/capacity'
import { findApp } from '../apps.ts'
import { importModule } from '../import-module.ts'
import { readText } from './read-inputs.ts'

/** A declared deployment, and the folder that its own files are relative to. */
export interface DeclaredDeployment {
  deployment: Deployment
  folder: string
}

/**
 * Reads a deployment: a file (`plan.ts` exporting `deployment`, or JSON), or an application with a `plan.ts`.
 * @throws HP_CAPACITY_INPUT, HP_APP_UNKNOWN, HP_MODULE_BROKEN
 */
export async function readDeclared(given: string): Promise<DeclaredDeployment> {
  const file = /\.(?:ts|json)$/.test(given)
    ? path.resolve(given)
    : path.join(findApp(given).folder, 'plan.ts')
  const declared = file.endsWith('.json') ? parseJson(readText(file), given) : await importFrom(file, given)
  return { deployment: readDeployment(declared, given), folder: path.dirname(file) }
}

async function importFrom(file: string, given: string): Promise<unknown> {
  if (!existsSync(file)) throw loadErrors.HP_CAPACITY_INPUT({ file: given, problem: 'it has no plan.ts' })
  return (await importModule(file)).deployment
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const problem = `it holds no JSON: ${(error as Error).message}`
    throw loadErrors.HP_CAPACITY_INPUT({ file, problem })
  }
}
