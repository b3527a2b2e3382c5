import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { cliErrors } from '../errors.ts'
import { linkModules } from './link-modules.ts'

/** A commit in a folder of its own, with its dependencies. */
export interface Checkout {
  folder: string
  /** As git abbreviates it. */
  commit: string
  remove(): void
}

const run = promisify(execFile)
/** No hook of the repository runs for a folder that only measures. */
const quiet = ['-c', 'core.hooksPath=/dev/null']
const lockfiles = ['package-lock.json', 'npm-shrinkwrap.json']

/**
 * Checks a reference out as a worktree in a temporary folder. Its dependencies are those of this checkout where the
 * lockfile is the same, else `npm ci` installs them. The folder goes with `remove`, and with the process.
 * @throws HP_GIT_REFERENCE, HP_GIT_CHECKOUT
 */
export async function checkOut(
  reference: string,
  { from = process.cwd(), signal }: { from?: string; signal?: AbortSignal } = {},
): Promise<Checkout> {
  const root = await git(reference, ['rev-parse', '--show-toplevel'], from)
  const commit = await git(
    reference,
    ['rev-parse', '--verify', '--quiet', '--short', '--end-of-options', `${reference}^{commit}`],
    root,
  )
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'hotpath-git-')))
  const remove = () => {
    process.off('exit', remove)
    try {
      execFileSync('git', ['worktree', 'remove', '--force', folder], { cwd: root, stdio: 'ignore' })
    } catch {
      // It was not made yet.
    }
    rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', remove)
  try {
    await run(
      'git',
      [...quiet, 'worktree', 'add', '--detach', '--force', folder, commit],
      options(root, signal),
    )
    if (isSameLock(root, folder)) linkModules(root, folder)
    else if (existsSync(path.join(folder, 'package.json'))) await install(folder, signal)
    return { folder, commit, remove }
  } catch (cause) {
    remove()
    if (signal?.aborted) throw cause
    throw cliErrors.HP_GIT_CHECKOUT({ given: reference, problem: lastWords(cause) }, { cause })
  }
}

const options = (cwd: string, signal?: AbortSignal) => ({
  cwd,
  maxBuffer: 2 ** 24,
  ...(signal && { signal }),
})

async function git(reference: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run('git', args, { cwd })
    return stdout.trim()
  } catch (cause) {
    const problem = lastWords(cause) || 'git knows no such commit'
    throw cliErrors.HP_GIT_REFERENCE({ given: reference, problem }, { cause })
  }
}

function isSameLock(root: string, folder: string): boolean {
  const file = lockfiles.find((name) => existsSync(path.join(folder, name)))
  if (
    file === undefined ||
    !existsSync(path.join(root, file)) ||
    !existsSync(path.join(root, 'node_modules'))
  ) {
    return false
  }
  return readFileSync(path.join(root, file)).equals(readFileSync(path.join(folder, file)))
}

async function install(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const hasLock = lockfiles.some((name) => existsSync(path.join(folder, name)))
  const command = hasLock ? 'ci' : 'install'
  await run('npm', [command, '--no-audit', '--no-fund', '--prefer-offline'], options(folder, signal))
}

function lastWords(cause: unknown): string {
  const { stderr = '', message } = cause as Error & { stderr?: string; code?: unknown }
  if (message.includes('ENOENT')) return 'git, or npm, is not installed'
  return stderr.trim().split('\n').slice(-3).join(' ').trim()
}
