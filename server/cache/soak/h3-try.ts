import * as fc from 'fast-check'
import { histories } from '../test/simulation/history.ts'
import { playHistory } from '../test/simulation/world.ts'
const runs = Number(process.argv[2] ?? 100),
  seed = Number(process.argv[3] ?? 1)
const started = performance.now()
let ops = 0,
  n = 0
const r = await fc.check(
  fc.asyncProperty(histories, async (h) => {
    const o = await playHistory(h)
    n++
    ops += o.operations
    if (o.violations.length) throw new Error(o.violations.map((v) => v.invariant + ' ' + v.text).join('\n'))
  }),
  { numRuns: runs, seed, endOnFailure: process.argv[4] === 'x' },
)
console.log(
  n,
  'histories',
  ops,
  'ops',
  (performance.now() - started).toFixed(0),
  'ms',
  ((n / (performance.now() - started)) * 1000).toFixed(0),
  '/s',
)
if (r.failed) {
  console.log('numRuns', r.numRuns, r.counterexamplePath)
  console.log(JSON.stringify(r.counterexample?.[0].setup))
  for (const s of r.counterexample?.[0].steps ?? []) console.log(JSON.stringify(s))
  console.log(r.errorInstance)
}
