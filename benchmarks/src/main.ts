import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { keepAwake } from '@hotpath/load'
import { benchmarkPackages, ensureSystemPackages } from '../../scripts/system-packages.ts'
import { machineText } from './machine.ts'
import { cache } from './suites/cache.ts'
import { capacity } from './suites/capacity.ts'
import { compare } from './suites/compare.ts'
import { consoleSuite } from './suites/console.ts'
import { deployment } from './suites/deployment.ts'
import { fastpath } from './suites/fastpath.ts'
import { http } from './suites/http.ts'
import { indexes } from './suites/indexes.ts'
import { limits } from './suites/limits.ts'
import { load } from './suites/load.ts'
import { monitor } from './suites/monitor.ts'
import { postgres } from './suites/postgres.ts'
import { race } from './suites/race.ts'
import { rum } from './suites/rum.ts'
import type { BarResult, Suite } from './suite.ts'

const suites: readonly Suite[] = [
  cache,
  capacity,
  compare,
  consoleSuite,
  deployment,
  fastpath,
  http,
  indexes,
  limits,
  load,
  monitor,
  postgres,
  race,
  rum,
]
const usage = `npm run bench -- <suite> [--json] [--quick] [--save]

${suites.map(({ name, description }) => `  ${name.padEnd(12)}${description}`).join('\n')}

  --json    one JSON document on stdout
  --quick   shorter runs, for a look: not to be quoted
  --save    keep the result in benchmarks/results/
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const suite = suites.find(({ name }) => name === positionals[0])
if (!suite || values.help) {
  console.error(positionals[0] && !suite ? `There is no suite "${positionals[0]}".\n\n${usage}` : usage)
  process.exit(values.help ? 0 : 4)
}
const smallYoungGeneration = '--max-semi-space-size=1'
if (suite.drivesLoad && !process.execArgv.includes(smallYoungGeneration)) {
  const again = [smallYoungGeneration, ...process.argv.slice(1)]
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1)
}
if (!ensureSystemPackages(benchmarkPackages)) process.exit(4)

await using awake = suite.drivesLoad ? await keepAwake() : null
const progress = (text: string) => console.error(`· ${text}`)
const results = await suite.run({ quick: values.quick, progress, awake })
const report = {
  suite: suite.name,
  date: new Date().toISOString(),
  quick: values.quick,
  machine: machineText(awake),
  versions: { node: process.versions.node, ...suite.versions() },
  results,
}
if (values.json) console.log(JSON.stringify(report, null, 2))
else console.log(`${report.machine}\n${versionsOf(report.versions)}\n\n${results.map(line).join('\n')}`)
if (values.save) {
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
  writeFileSync(
    new URL(`../results/bench-${suite.name}.json`, import.meta.url),
    `${JSON.stringify(report, null, 2)}\n`,
  )
}
process.exitCode = results.every(({ holds }) => holds) ? 0 : 1

function line({ holds, what, ours, peers, unit, ratio, bar, cells }: BarResult): string {
  if (cells) {
    const said = Object.entries(cells).map(([name, cell]) => `${name} ${cell}`)
    return `${holds ? '✓' : '✗'} ${what}: ${said.join(', ')} (${bar})`
  }
  const beside = Object.entries(peers).map(([name, value]) => `${name} ${figure(value)}`)
  return `${holds ? '✓' : '✗'} ${what}: ${figure(ours)} ${unit}${beside.length > 0 ? `, beside ${beside.join(', ')}` : ''}; ratio ${ratio.toFixed(3)} (${bar})`
}

function figure(value: number): string {
  return Math.abs(value) < 10 ? value.toPrecision(3) : value.toFixed(1)
}

function versionsOf(versions: Record<string, string>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}
