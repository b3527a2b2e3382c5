import { playBatch } from './test/simulation/batch.ts'
import { createMutant } from './test/simulation/mutant.ts'
import { mutations } from './test/simulation/mutations.ts'
import { appendFileSync } from 'node:fs'
const names = process.argv.slice(3),
  from = Number(process.argv[2])
const jobs = await Promise.all(
  names.map(async (name) => {
    const m = mutations.find((m) => m.name === name)
    if (!m) throw new Error(name)
    return { name, caughtBy: m.caughtBy, play: (await createMutant(m.edits)).playHistory }
  }),
)
const end = Date.now() + 40 * 60_000
for (let seed = from; Date.now() < end && jobs.length; seed++)
  for (const job of [...jobs]) {
    const { counterexample, histories } = await playBatch({ seed, histories: 2000, play: job.play })
    if (!counterexample) continue
    const broken = counterexample.violations.map(({ invariant }) => invariant)
    console.log(job.name, seed, histories, JSON.stringify(counterexample.violations).slice(0, 300))
    if (!broken.some((b: any) => job.caughtBy.includes(b))) continue
    appendFileSync('/tmp/found.jsonl', JSON.stringify({ found: job.name, ...counterexample.history }) + '\n')
    jobs.splice(jobs.indexOf(job), 1)
  }
process.exit(0)
