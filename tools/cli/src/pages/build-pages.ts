import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Progress } from '@hotpath/app'
import { findWorkspace, listApps } from '../apps.ts'
import { cliErrors } from '../errors.ts'
import { sourceDigest } from './source-digest.ts'

/** A folder that Vite builds into its `dist`. */
interface Pages {
  name: string
  folder: string
}

const stamp = 'dist/.source-digest'

/**
 * Builds the console and every application's pages whose sources changed since they were last built.
 * Where there are no sources (an installed package carries them built) there is nothing to do.
 * @returns the names of what was built
 * @throws HP_PAGES_BUILD_FAILED
 */
export async function buildPages(onProgress: (progress: Progress) => void): Promise<string[]> {
  const root = findWorkspace(process.cwd()).folder
  const shared = ['core/src', 'client/browser/src']
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder))
  const stale = pagesOf(root)
    .map((pages) => ({ ...pages, digest: sourceDigest([pages.folder, ...shared]) }))
    .filter((pages) => builtDigest(pages) !== pages.digest)
  for (const [done, pages] of stale.entries()) {
    onProgress({ label: `Building ${pages.name}`, done, total: stale.length })
    await build(pages)
    writeFileSync(path.join(pages.folder, stamp), pages.digest)
    onProgress({ label: `Building ${pages.name}`, done: stale.length, total: stale.length })
  }
  return stale.map((pages) => pages.name)
}

function pagesOf(root: string): Pages[] {
  const all = [
    { name: 'the console', folder: path.join(root, 'tools/console') },
    ...listApps(root).map((app) => ({
      name: `the pages of ${app.name}`,
      folder: path.join(app.folder, 'pages'),
    })),
  ]
  return all.filter((pages) => existsSync(path.join(pages.folder, 'vite.config.ts')))
}

function builtDigest({ folder }: Pages): string | null {
  const file = path.join(folder, stamp)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

async function build({ name, folder }: Pages): Promise<void> {
  const { NODE_ENV } = process.env
  // Vite takes it from the environment: under a test runner React would be built with all its warnings.
  process.env['NODE_ENV'] = 'production'
  try {
    const vite = await import('vite')
    await vite.build({ root: folder, configFile: path.join(folder, 'vite.config.ts'), logLevel: 'error' })
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw cliErrors.HP_PAGES_BUILD_FAILED(
      { name, folder: path.relative(process.cwd(), folder), problem },
      { cause },
    )
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
  }
}
