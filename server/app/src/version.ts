import { readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * A name for what runs in `folder`: the version of its package and, where there is a git repository, the commit:
 * `1.4.2 (3f2c1ab)`. Read from files; nothing is started. `unnamed` where neither can be read.
 */
export async function versionOf(folder: string): Promise<string> {
  const [version, commit] = await Promise.all([packageVersion(folder), commitOf(folder)])
  if (version === undefined) return commit ?? 'unnamed'
  return commit === undefined ? version : `${version} (${commit})`
}

async function packageVersion(folder: string): Promise<string | undefined> {
  try {
    const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
      version?: unknown
    }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

/** From the nearest repository upwards. */
async function commitOf(folder: string): Promise<string | undefined> {
  const git = path.join(folder, '.git')
  const head = await readFile(path.join(git, 'HEAD'), 'utf8').catch(() => undefined)
  if (head === undefined) {
    const parent = path.dirname(folder)
    return parent === folder ? undefined : commitOf(parent)
  }
  const reference = /^ref: (\S+)/.exec(head)?.[1]
  const commit = reference === undefined ? head : await readReference(git, reference)
  return /^[0-9a-f]{7}/.exec(commit ?? '')?.[0]
}

async function readReference(git: string, reference: string): Promise<string | undefined> {
  const loose = await readFile(path.join(git, ...reference.split('/')), 'utf8').catch(() => undefined)
  if (loose !== undefined) return loose
  const packed = await readFile(path.join(git, 'packed-refs'), 'utf8').catch(() => '')
  return packed.split('\n').find((line) => line.endsWith(` ${reference}`))
}
