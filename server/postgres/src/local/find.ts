import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import path from 'node:path'

/** Server programs on this machine. */
export interface PostgresPrograms {
  /** Folder of initdb, pg_ctl and postgres. */
  bin: string
  /** As the server tells it: `15.18`. */
  version: string
}

const programs = ['initdb', 'pg_ctl', 'postgres']

/** Where to look. */
export interface SearchPlaces {
  /** Folder with one folder per version. @default '/usr/lib/postgresql' */
  packaged?: string
  /** Folders as in the PATH. @default the PATH */
  searchPath?: string
}

/** The newest PostgreSQL of the system's packages, else the one on the PATH. Undefined when there is none. */
export function findPostgres({
  packaged = '/usr/lib/postgresql',
  searchPath = process.env['PATH'] ?? '',
}: SearchPlaces = {}): PostgresPrograms | undefined {
  for (const bin of [...packagedFolders(packaged), ...pathFolders(searchPath)]) {
    if (!programs.every((name) => existsSync(path.join(bin, name)))) continue
    const version = versionOf(bin)
    if (version !== undefined) return { bin, version }
  }
  return undefined
}

function packagedFolders(packaged: string): string[] {
  if (!existsSync(packaged)) return []
  return readdirSync(packaged)
    .filter((name) => /^\d+(\.\d+)?$/.test(name))
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => path.join(packaged, name, 'bin'))
}

/** The PATH often holds links to single programs; the others lie beside what the link points at. */
function pathFolders(searchPath: string): string[] {
  return searchPath
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'postgres'))
    .filter((file) => existsSync(file))
    .map((file) => path.dirname(realpathSync(file)))
}

function versionOf(bin: string): string | undefined {
  try {
    const said = execFileSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })
    return /(\d+(?:\.\d+|\w+)*)/.exec(said)?.[1]
  } catch {
    return undefined
  }
}
