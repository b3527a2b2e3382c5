import type { Command } from 'commander'
import { capacityFit } from './commands/capacity-fit.ts'
import { capacityPlan } from './commands/capacity-plan.ts'
import { capacitySimulate } from './commands/capacity-simulate.ts'
import { example, jsonOption } from './help.ts'
import { numberFromZero, positiveNumber, someText, wholeNumber } from './options.ts'

const seed = wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })
const budgetOption = ['--budget <budget>', 'the promise that must hold', 'p95 < 200ms'] as const
const replicasOption = [
  '--replicas <files...>',
  'how the work grows with processes: points, or runs of 1, 2, … of them',
] as const
const aFile = (option: string) => someText(option, 'a file')

/** `hotpath capacity …`: what a system can do, how many of it a peak takes, and how they fare over a day. */
export function addCapacity(program: Command, onExit: (code: number) => void): void {
  const capacity = program
    .command('capacity')
    .description('what a system can do, how many of it a peak takes, and how they fare over a day')
  addFit(capacity, onExit)
  addPlan(capacity, onExit)
  addSimulate(capacity, onExit)
}

function addFit(capacity: Command, onExit: (code: number) => void): void {
  capacity
    .command('fit')
    .description('the bottleneck and the highest rate within a budget, with an 80 % interval')
    .argument('<files...>', 'results of `hotpath load --observe --out`, or one file of points')
    .option(
      '--at <n>',
      'say something about this load: throughput of points, latency of runs',
      positiveNumber('--at'),
    )
    .option(...budgetOption)
    .option('--seed <n>', 'seed of every random choice', seed, 1)
    .option('--out <file>', 'keep the result in this file')
    .option(...jsonOption)
    .addHelpText(
      'after',
      `${example('hotpath capacity fit run-*.json --budget "p95 < 100ms"')}
A file of points: {"points":[{"load":1,"throughput":950},{"load":8,"throughput":6500}]}
Run the load at three or more rates, up to half of what you expect to be the limit or more.
Beyond twice the highest measured load nothing is forecast.
Exit code: 0 forecast, 2 refused (the reason says why), 4 wrong input.
`,
    )
    .action(async (files: string[], options) => onExit(await capacityFit(files, options)))
}

function addPlan(capacity: Command, onExit: (code: number) => void): void {
  capacity
    .command('plan')
    .description(
      'pods, pools, an autoscaler and their cost for a peak; or whether a declared deployment carries its load',
    )
    .argument('<files...>', 'results of `hotpath load --observe --out`, against one pod')
    .option('--peak <r>', 'requests per second at the busiest moment', positiveNumber('--peak'))
    .option('--deployment <what>', 'check this: an application with a plan.ts, or a file (.ts, .json)')
    .option(...replicasOption)
    .option(...budgetOption)
    .option('--headroom <percent>', 'kept free beyond the peak, per cent', numberFromZero('--headroom'), 30)
    .option(
      '--spare <n>',
      'pods that may be lost without harm',
      wholeNumber('--spare', { min: 0, max: 100 }),
      1,
    )
    .option('--cores <n>', 'cores that a pod requests', positiveNumber('--cores'), 1)
    .option('--memory <GiB>', 'memory of a pod', numberFromZero('--memory'), 1)
    .option(
      '--pool <n>',
      "connections of a pod's pool; otherwise as measured",
      wholeNumber('--pool', { min: 1, max: 9_999 }),
    )
    .option(
      '--max-connections <n>',
      "the database's max_connections",
      wholeNumber('--max-connections', { min: 1, max: 100_000 }),
      100,
    )
    .option('--database-cores <n>', "cores of the database's primary", positiveNumber('--database-cores'))
    .option('--name <name>', 'of the deployment', 'application')
    .option('--prices <file>', 'a price table, YAML or JSON', aFile('--prices'))
    .option('--trace <file>', 'traffic over a day or so, CSV; it is scaled to the peak', aFile('--trace'))
    .option('--emit <file>', "write the autoscaler's manifest (autoscaling/v2)", aFile('--emit'))
    .option('--svg <file>', 'draw the plan over the trace, or what a deployment uses', aFile('--svg'))
    .option('--seed <n>', 'seed of every random choice', seed, 1)
    .option('--out <file>', 'keep the plan in this file')
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath capacity plan run-*.json --peak 5000 --prices prices.yaml --emit hpa.yaml') +
        deploymentHelp +
        files,
    )
    .action(async (given: string[], options) => onExit(await capacityPlan(given, options)))
}

const deploymentHelp = `  $ npx hotpath capacity plan run-*.json --deployment civicq --replicas scale-*.json --emit hpa.yaml --svg plan.svg

A declared deployment has its own load, promise, cores, pools, headroom and autoscaler bounds: of the options here,
--replicas, --prices, --trace, --emit, --svg, --seed, --out and --json belong to it. Beyond twice the measured rate it
is refused, unless --replicas tells how the work grows with processes. Run users (--users 500) to learn what one asks for.
`

const files = `
A price table:
  cpuHour: 0.04
  memoryGiBHour: 0.004
  monthly: { database: 800, redis: 250 }
  currency: $
For a declared deployment also database: { cpuHour: 0.07, memoryGiBHour: 0.008 } and redis: { memoryGiBHour: 0.03 }.
A trace: seconds or dates, and requests per second, a line each:
  time,rate
  0,120
  3600,450
Exit code: 0 planned, 1 something does not fit (it says what), 2 the runs say too little or leave it open, 4 wrong input.
`

function addSimulate(capacity: Command, onExit: (code: number) => void): void {
  capacity
    .command('simulate')
    .description("plays a traffic trace against an autoscaler's manifest, second by second")
    .argument('<manifest>', 'a HorizontalPodAutoscaler, autoscaling/v2')
    .requiredOption('--trace <file>', 'traffic, CSV', aFile('--trace'))
    .requiredOption(
      '--plan <file>',
      'what `hotpath capacity plan --out` wrote: how a pod behaves',
      aFile('--plan'),
    )
    .option(...replicasOption)
    .option('--prices <file>', 'a price table, YAML or JSON', aFile('--prices'))
    .option('--memory <GiB>', 'memory of a pod, for the cost', numberFromZero('--memory'), 1)
    .option('--svg <file>', 'draw it', aFile('--svg'))
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath capacity simulate hpa.yaml --trace traffic.csv --plan plan.json') + files,
    )
    .action(async (manifest: string, options) => onExit(await capacitySimulate(manifest, options)))
}
