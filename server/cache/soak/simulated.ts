import { parseArgs } from 'node:util'
import { runCampaign } from './simulated/campaign.ts'
import { report } from './simulated/report.ts'

const usage = `npm run soak -- cache-simulated [--seconds N] [--histories N] [--seed S] [--workers W] [--json]

Plays random histories of several processes on a simulated Redis, in virtual time: connections break and stall, notices
come twice, processes stand still and crash, Redis pauses, runs out of memory, loses keys, restarts with older data.
Every read is judged by the guarantees of the cache; the first history that breaks one is shortened and printed with
the seed that finds it again, and the exit code is 1.

  --seconds N     ends after so many seconds                       (60)
  --histories N   ends after so many histories                     (as many as the time allows)
  --seed S        decides everything                               (by the clock; printed)
  --workers W     threads                                          (1)
  --json          one JSON document on stdout
`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    histories: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const histories = Number(values.histories ?? Infinity)
const seconds = Number(values.seconds ?? (values.histories === undefined ? 60 : Infinity))
const [seed, workers] = [Number(values.seed), Number(values.workers)]
const problem = problemWith()
if (problem !== undefined || values.help) {
  console.error(problem === undefined ? usage : `${problem}\n\n${usage}`)
  process.exit(values.help ? 0 : 4)
}

const live = process.stderr.isTTY
const result = await runCampaign({
  seed,
  seconds,
  histories,
  workers,
  progress: (line) => live && process.stderr.write(`\r\u001B[2K${line}`),
})
if (live) process.stderr.write('\n')
console.log(values.json ? JSON.stringify(result, null, 2) : report(result))
process.exitCode = result.violations.length === 0 ? 0 : 1

function problemWith(): string | undefined {
  if (!(seconds > 0)) return `--seconds takes a number above 0, not "${values.seconds}".`
  if (!(histories > 0)) return `--histories takes a number above 0, not "${values.histories}".`
  if (!Number.isSafeInteger(seed)) return `--seed takes a whole number, not "${values.seed}".`
  if (!(Number.isSafeInteger(workers) && workers > 0)) return `--workers takes a whole number above 0.`
  return undefined
}
