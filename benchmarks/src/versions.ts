import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)

/** The installed version of a package. */
export function packageVersion(name: string): string {
  const folders = require.resolve.paths(name) ?? []
  for (const folder of folders) {
    try {
      return (
        JSON.parse(readFileSync(path.join(folder, name, 'package.json'), 'utf8')) as { version: string }
      ).version
    } catch {
      continue
    }
  }
  return 'not installed'
}

/** What a program says of its version, as far as it looks like one. */
export function programVersion(program: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown'
}
