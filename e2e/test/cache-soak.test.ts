import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

interface Soaked {
  seed: number
  readsJudged: number
  faults: Record<string, number>
  violations: { invariant: string; text: string; history: string[] }[]
  troubles: string[]
  holds: boolean
}

const script = fileURLToPath(new URL('../../scripts/soak.ts', import.meta.url))

async function soak(...args: string[]): Promise<{ code: number | null; result: Soaked; errors: string }> {
  const child = spawn(process.execPath, [script, 'cache', '--json', ...args])
  const ended = once(child, 'close') as Promise<[number | null]>
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, result: JSON.parse(out) as Soaked, errors }
}

test('four processes on a real Redis break no guarantee while faults come and go', async () => {
  const { code, result } = await soak('--seconds', '15', '--seed', '1')
  expect(result.violations).toEqual([])
  expect(result.troubles).toEqual([])
  expect(Object.keys(result.faults).length).toBeGreaterThan(2)
  expect(result.readsJudged).toBeGreaterThan(1_000)
  expect(code).toBe(0)
})

test.for(['ignore-notices', 'hide-gaps'])('the soak finds a fleet whose processes %s', async (rule) => {
  // It ends as soon as it has found something: which fault does it is a matter of moments, and so is how an old value
  // shows: as one that a write should have ended (I1), after a newer one (I2), or when all has come to rest (I4).
  const { code, result } = await soak('--seconds', '90', '--seed', '1', '--break', rule)
  const found = result.violations.map(({ invariant }) => invariant)
  expect(found.filter((invariant) => ['I1', 'I2', 'I4'].includes(invariant))).not.toEqual([])
  expect(result.violations[0]!.history.length).toBeGreaterThan(1)
  expect(code).toBe(1)
})
