import { spawnSync } from 'node:child_process'
import { ensureSystemPackages, testPackages } from './system-packages.ts'

/** `npm test`: system packages, checks, pages, then every test; the summary line comes last. */
if (!ensureSystemPackages(testPackages)) process.exit(1)

const steps: readonly (readonly string[])[] = [
  ['node', 'scripts/check.ts'],
  ['hotpath', 'build'],
  ['vitest', 'run', '--reporter=default', '--reporter=./scripts/closing-line.ts'],
]

for (const [program, ...args] of steps) {
  const { status } = spawnSync(program!, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
