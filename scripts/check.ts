import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { globSync } from 'node:fs'
import { lockfileGaps, type Lockfile } from './lockfile-gaps.ts'

/** `npm run check`: everything that can be said about the code without running it. */
interface Check {
  name: string
  command: readonly string[]
}

const webFolders = globSync([
  'client/*/tsconfig.json',
  'tools/console/tsconfig.json',
  'apps/*/pages/tsconfig.json',
])

const checks: readonly Check[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint and arrows', command: ['oxlint', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of core (runs anywhere)', command: ['tsc', '-p', 'core'] },
  ...webFolders.map((file) => ({ name: `types of ${file}`, command: ['tsc', '-p', file] })),
  { name: 'unused code and undeclared packages', command: ['knip'] },
  { name: 'reference pages are fresh', command: ['node', 'scripts/docs.ts', '--check'] },
]

const gaps = lockfileGaps(JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile)
for (const gap of gaps) console.error(`✗ lockfile: ${gap}`)
if (gaps.length === 0) console.log('✓ lockfile is whole')

const failed = await inPairs(checks)
process.exitCode = failed + gaps.length > 0 ? 1 : 0

/** Two at a time: the machines this runs on have two cores. */
async function inPairs(all: readonly Check[]): Promise<number> {
  const waiting = [...all]
  let failures = 0
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { ok, output } = await run(next)
      console.log(`${ok ? '✓' : '✗'} ${next.name}`)
      if (!ok) {
        failures++
        console.log(output)
      }
    }
  }
  await Promise.all([worker(), worker()])
  return failures
}

function run({ command }: Check): Promise<{ ok: boolean; output: string }> {
  const [program, ...args] = command
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ ok: false, output: String(error) }))
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}
