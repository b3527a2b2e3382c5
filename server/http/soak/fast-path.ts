import { parseArgs } from 'node:util'
import { printed } from './fast-path/history.ts'
import { soak } from './fast-path/soak.ts'

const usage = `npm run soak -- fast-path [--seconds N] [--seed S] [--json]

Generates connections: usual and odd requests, pipelined, cut anywhere, with bytes changed, by clients that read late,
while what is stored is dropped and time passes. Each is played against node:http with the cache before it, with and
without the socket fast path, and against node:http alone. Answers are compared byte by byte (but Date), and what became
of the connection. The exit code is 1 when two differed; the smallest connection that still differs is printed.

  --seconds N   how long connections are generated   (60)
  --seed S      decides them                         (by the clock; printed)
  --json        one JSON document on stdout
`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const problem = problemWith()
if (problem !== undefined || values.help) {
  console.error(problem === undefined ? usage : `${problem}\n\n${usage}`)
  process.exit(values.help ? 0 : 4)
}
const live = process.stderr.isTTY
const result = await soak({
  seconds,
  seed,
  progress: (line) => void process.stderr.write(live ? `\r\u001B[2K${line}` : `${line}\n`),
})
if (live) process.stderr.write('\n')
console.log(values.json ? JSON.stringify(result, null, 2) : report())
process.exitCode = result.holds ? 0 : 1

function report(): string {
  const { histories, answers, inOtherPieces, findings } = result
  const sum = `seed ${seed}: ${histories} connections, ${answers} answers compared, ${findings.length} differences; ${inOtherPieces} connections answered as if their bytes had come in other pieces`
  const each = findings.map(({ setup, history, difference, isSteady }) => {
    const how = isSteady ? '' : ', not seen when it was played again'
    return `\n✗ ${difference} (servers: ${setup}${how})\n${printed(history)}`
  })
  return [`${result.holds ? '✓' : '✗'} ${sum}`, ...each].join('\n')
}

function problemWith(): string | undefined {
  if (!(seconds > 0)) return `--seconds takes a number above 0, not "${values.seconds}".`
  if (!Number.isSafeInteger(seed)) return `--seed takes a whole number, not "${values.seed}".`
  return undefined
}
