import { parseArgs } from 'node:util'
import { parseDuration } from '@hotpath/core'
import { drilledRoute, runDrill } from '../src/drill.ts'

const usage = `npm run soak -- drill [--calm 5m] [--json]

Drops an index of CivicQ under load, with everything as it is in production: the windows of the alerts, and how often
it is looked for what to fix. It says after how many seconds the alert fired and the index was proposed, and when all
was well again; the exit code is 1 when the alert took longer than a minute. Needs Postgres.

  --calm D  how long all is well before that  (5m, the longest window of an alert for slow requests)
  --json    one JSON document on stdout
`

/** What is promised of the alert, in seconds. */
const mostSeconds = 60

const { values } = parseArgs({
  options: {
    calm: { type: 'string', default: '5m' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.error(usage)
  process.exit(0)
}

const begun = performance.now()
const { alert, firedMs, verdict, fixes, proposedMs, resolvedMs } = await runDrill({
  calmMs: parseDuration(values.calm),
  patienceMs: 300_000,
  progress: (text) =>
    console.error(
      `${seconds(performance.now() - begun)
        .toFixed(0)
        .padStart(4)} s  ${text}`,
    ),
})
const result = {
  firedSeconds: seconds(firedMs),
  proposedSeconds: seconds(proposedMs),
  resolvedSeconds: seconds(resolvedMs),
  severity: alert.severity,
  verdict: verdict.sentence,
  fix: fixes.find(({ route }) => route === drilledRoute)!.title,
  holds: firedMs <= mostSeconds * 1000,
}
console.log(values.json ? JSON.stringify(result, null, 2) : report())
process.exitCode = result.holds ? 0 : 1

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10
}

function report(): string {
  return [
    `${result.firedSeconds} s   the alert fired (${result.severity}): ${result.verdict}`,
    `${result.proposedSeconds} s   proposed: ${result.fix}`,
    `${result.resolvedSeconds} s   after the index was there again, the alert ended`,
    result.holds ? 'HOLDS' : `BROKEN: an alert is promised within ${mostSeconds} s`,
  ].join('\n')
}
