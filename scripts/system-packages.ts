import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** A program that tests need, the Debian package that brings it, and how to tell that it is there. */
interface SystemPackage {
  name: string
  present: () => boolean
}

const postgresFolder = '/usr/lib/postgresql'

/** What `npm test` needs beside npm's packages; benchmarks add theirs. */
export const testPackages: readonly SystemPackage[] = [
  { name: 'postgresql', present: () => hasPostgres() || onPath('postgres') },
  { name: 'redis-server', present: () => onPath('redis-server') },
  { name: 'chromium', present: () => onPath('chromium') },
  { name: 'nginx-light', present: () => onPath('nginx') },
  { name: 'varnish', present: () => onPath('varnishd') },
  { name: 'prometheus', present: () => onPath('prometheus') && onPath('promtool') },
]

export const benchmarkPackages: readonly SystemPackage[] = [
  ...testPackages,
  { name: 'wrk', present: () => onPath('wrk') },
  { name: 'tcpdump', present: () => onPath('tcpdump') },
]

/**
 * Brings what is missing: with apt when root on Debian, otherwise it prints the exact command.
 * @returns whether everything is there now
 */
export function ensureSystemPackages(packages: readonly SystemPackage[]): boolean {
  const missing = packages.filter((wanted) => !wanted.present()).map((wanted) => wanted.name)
  if (missing.length === 0) return true
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.error(
      `Needed and not installed: ${missing.join(', ')}. Run:\n  sudo apt-get ${install.join(' ')}`,
    )
    return false
  }
  console.log(`Installing ${missing.join(', ')} with apt-get …`)
  return apt(['update']) && apt(install)
}

function apt(args: readonly string[]): boolean {
  // Installed servers must not start by themselves: tests start their own.
  const { status, stderr } = spawnSync('apt-get', ['-q', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    encoding: 'utf8',
  })
  if (status !== 0) console.error(`apt-get ${args.join(' ')} failed:\n${stderr}`)
  return status === 0
}

function hasPostgres(): boolean {
  return (
    existsSync(postgresFolder) &&
    readdirSync(postgresFolder).some((version) =>
      existsSync(path.join(postgresFolder, version, 'bin/postgres')),
    )
  )
}

function onPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
