import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const patienceMs = 60_000
const mostOutput = 16 * 1024 * 1024

/** The `hotpath` command of a project, run in a process of its own: what drives load must not share our event loop. */
export interface HotpathCommand {
  /** What Node runs it by. */
  file: string
  /** The project's folder, in which it finds applications. */
  folder: string
  /** What it prints with `--json`. @throws Error saying what the command said */
  json(...given: string[]): Promise<unknown>
}

/** Looks for the command from a folder upwards; null where it is not installed. */
export function findCommand(folder: string): HotpathCommand | null {
  let manifest: string
  try {
    manifest = createRequire(path.join(folder, 'package.json')).resolve('hotpath/package.json')
  } catch {
    return null
  }
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: { hotpath?: string } }
  if (bin?.hotpath === undefined) return null
  const file = path.join(path.dirname(manifest), bin.hotpath)
  return {
    file,
    folder,
    async json(...given) {
      const options = { cwd: folder, timeout: patienceMs, maxBuffer: mostOutput }
      const ran = execute(process.execPath, [file, ...given, '--json'], options)
      const { stdout } = await ran.catch((failure: Error & { stdout?: string; stderr?: string }) => {
        // An exit code other than 0 is a verdict as well; without a document it is a failure.
        if (failure.stdout) return { stdout: failure.stdout }
        throw new Error(lastWords(failure.stderr ?? '') || failure.message, { cause: failure })
      })
      return JSON.parse(stdout) as unknown
    },
  }
}

/** What a command said last: its error with what to do about it, without progress and stack. */
export function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('{') && !line.startsWith('at '))
  const [before = '', last = ''] = lines.slice(-2).length === 2 ? lines.slice(-2) : ['', ...lines]
  return last.startsWith('→') ? `${before} ${last}` : last
}
