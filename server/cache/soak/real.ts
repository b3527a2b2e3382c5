import { parseArgs } from 'node:util'
import { breakages } from './real/messages.ts'
import { report } from './real/report.ts'
import { soak } from './real/soak.ts'

const usage = `npm run soak -- cache [--seconds N] [--seed S] [--json]

Four processes work at random on one real Redis while connections are killed, paused and held back, everything is
flushed or evicted, Redis is restarted with nothing or with older data, and processes die or stand still. Everything
they read is judged by the guarantees of the cache; the exit code is 1 when one was broken, and the history of that
key is printed.

  --seconds N   how long faults are played                          (60)
  --seed S      decides operations, faults and the origin's times   (by the clock; printed)
  --json        one JSON document on stdout
  --break RULE  breaks a rule in every process, to see it found (then the run ends): ${breakages.join(', ')}
`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
    break: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const broken = breakages.find((name) => name === values.break)
const problem = problemWith()
if (problem !== undefined || values.help) {
  console.error(problem === undefined ? usage : `${problem}\n\n${usage}`)
  process.exit(values.help ? 0 : 4)
}

const live = process.stderr.isTTY
const result = await soak({
  seconds,
  seed,
  ...(broken && { broken }),
  progress: (line) => void process.stderr.write(live ? `\r\u001B[2K${line}` : `${line}\n`),
})
if (live) process.stderr.write('\n')
console.log(values.json ? JSON.stringify(result, null, 2) : report(result))
process.exitCode = result.holds ? 0 : 1

function problemWith(): string | undefined {
  if (!(seconds > 0)) return `--seconds takes a number above 0, not "${values.seconds}".`
  if (!Number.isSafeInteger(seed)) return `--seed takes a whole number, not "${values.seed}".`
  if (values.break !== undefined && broken === undefined)
    return `There is no rule "${values.break}" to break.`
  return undefined
}
