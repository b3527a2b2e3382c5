import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Calibration } from '@hotpath/load/compare'

const bin = fileURLToPath(new URL('../../../tools/cli/bin/hotpath.js', import.meta.url))

/** Compares CivicQ with itself, as a user would: two servers of it, and pairs of short runs. */
export async function compareCivicqWithItself(comparisons: number): Promise<Calibration> {
  const run = ['--pairs', '10', '--rate', '100', '--duration', '1s', '--warmup', '200ms']
  const child = spawn(
    process.execPath,
    [bin, 'compare', '--a', 'civicq', '--calibrate', String(comparisons), ...run, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, code] = await Promise.all([text(child.stdout), ended])
  // 3: every comparison was INVALID, which is a result, too.
  if (code !== 0 && code !== 3) throw new Error(`hotpath compare --calibrate ended with exit code ${code}.`)
  return JSON.parse(out) as Calibration
}
