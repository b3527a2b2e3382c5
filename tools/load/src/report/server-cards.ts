import { formatBytes } from '@hotpath/core'
import type { RunResult } from '../record/result.ts'
import { figure, ms, percent } from './figures.ts'
import { html, type Markup, nothing } from './markup.ts'
import { timeCard } from './time-charts.ts'

type Slice = NonNullable<RunResult['server']>['samples'][number]

interface ServerChart {
  title: string
  lines: readonly [name: string, key: keyof Slice][]
  label: (value: number) => string
}

const charts: readonly ServerChart[] = [
  {
    title: 'Cores in use',
    lines: [
      ['application', 'cpu'],
      ['event loops', 'loopCpu'],
      ['database', 'databaseCpu'],
      ['machine', 'machineCpu'],
    ],
    label: figure,
  },
  {
    title: 'Event loop',
    lines: [
      ['busy', 'eventLoopUtilisation'],
      ['garbage collector', 'gcShare'],
    ],
    label: percent,
  },
  { title: 'Event-loop delay, p99', lines: [['delay p99', 'eventLoopDelayP99Ms']], label: ms },
  { title: 'Memory', lines: [['resident', 'rssBytes']], label: formatBytes },
  { title: 'Wait for a database connection, per request', lines: [['wait', 'poolWaitMs']], label: ms },
  { title: 'Database connections in use', lines: [['busy', 'poolBusy']], label: figure },
  { title: 'Statements per second', lines: [['statements', 'statementRate']], label: figure },
  {
    title: 'Answered from caches',
    lines: [
      ['HTTP cache', 'httpHitShare'],
      ['memory', 'memoryHitShare'],
      ['Redis', 'redisHitShare'],
    ],
    label: percent,
  },
]

/** What the server did during the run, where it was watched. */
export function serverSection({ server }: RunResult): Markup {
  if (!server || server.samples.length < 2) return nothing
  const { samples } = server
  const cards = charts.map(({ title, lines, label }) => {
    const series = lines
      .map(([name, key]) => ({ name, values: samples.map((sample) => sample[key]) }))
      .filter(({ values }) => values.some((value) => value !== null))
    return series.length === 0
      ? nothing
      : timeCard({ title, xs: samples.map(({ atMs }) => atMs), series, label })
  })
  const told = server.source === 'hotpath' ? 'as the application itself told it' : 'as seen from outside'
  return html`<h2>Server</h2>
    <p class="meta">${server.processes} processes on ${server.cores} cores, ${told}.</p>
    <div class="cards">${cards}</div>`
}
