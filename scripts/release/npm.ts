import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Runs the npm that runs this script, and resolves to what it prints: `npm` by name may be one that another package
 * brings along.
 */
export async function npm(args: readonly string[], folder: string): Promise<string> {
  const { npm_execpath: own, ...environment } = process.env
  const [program, ...before] = own?.endsWith('.js') ? [process.execPath, own] : ['npm']
  const { stdout } = await run(program, [...before, ...args], { cwd: folder, env: environment })
  return stdout
}
