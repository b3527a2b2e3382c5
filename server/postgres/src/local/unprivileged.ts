import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Whom the server runs as; undefined means as this process does. */
export interface SystemUser {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root: then the first of its own user and `nobody` that exists. */
export function serverUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  return idsOf('postgres') ?? idsOf('nobody')
}

function idsOf(name: string): SystemUser | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
}

/** A temporary folder that every user can reach: the usual one, unless one of its parents is private. */
export function reachableTemporaryFolder(user: SystemUser | undefined): string {
  const usual = tmpdir()
  return user === undefined || everyoneMayPass(usual) ? usual : '/tmp'
}

function everyoneMayPass(folder: string): boolean {
  const may = (statSync(folder).mode & 0o001) !== 0
  const parent = path.dirname(folder)
  return may && (parent === folder || everyoneMayPass(parent))
}
