import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createVitals } from '@hotpath/monitor'
import { createRandom } from '../cache/traces.ts'
import type { BarResult, SuiteContext } from '../suite.ts'
import { declared, hostileBeacons } from './hostile-beacons.ts'

/** Ten a second, so that all steps of the hour are used and used again. */
const spacingMs = 100
/** Beacons made before the clock runs: making them costs more than taking them in. */
const batch = 1_000
const megabyte = 1024 * 1024
const mostGrowth = 32
/** Then one core takes what 10,000 pages a second send. */
const mostMicros = 100
/** Declared pages and `other`, two kinds, four devices, five connections: beyond 256, folded into one of each kind. */
const mostSets = 258

/** What the intake does with a million beacons of somebody who means harm. */
export async function hostileBars({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const count = quick ? 50_000 : 1_000_000
  const next = hostileBeacons(createRandom(7))
  let now = Date.UTC(2026, 0, 1)
  const vitals = createVitals({ routes: declared, clock: () => now })
  const collect = collector()
  for (let beacon = 0; beacon < batch; beacon++) vitals.receive(next())
  collect()
  const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  let cpuMicros = 0
  for (let done = 0; done < count; done += batch) {
    if (done % 100_000 === 0) progress(`${done.toLocaleString('en-US')} hostile beacons`)
    const texts = Array.from({ length: batch }, next)
    const begun = process.cpuUsage()
    for (const text of texts) {
      now += spacingMs
      vitals.receive(text)
    }
    const { user, system } = process.cpuUsage(begun)
    cpuMicros += user + system
  }
  collect()
  const growth = (process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers - before) / megabyte
  const { rows, intake } = vitals.report()
  const lines = vitals.families().reduce((sum, { samples }) => sum + samples().length, 0)
  const said = `${intake.accepted.toLocaleString('en-US')} taken, ${intake.malformed.toLocaleString('en-US')} refused`
  return [
    {
      id: 'rum-hostile-memory',
      what: `Memory after ${count.toLocaleString('en-US')} hostile beacons (${said}), none of which ended the process`,
      ours: growth,
      peers: {},
      unit: 'MB',
      ratio: growth / mostGrowth,
      bar: `≤ ${mostGrowth} MB`,
      holds: growth <= mostGrowth && intake.accepted + intake.malformed === count + batch,
    },
    {
      id: 'rum-hostile-labels',
      what: `Sets of labels that they made, with ${lines.toLocaleString('en-US')} lines on the metrics page`,
      ours: rows.length,
      peers: {},
      unit: 'sets',
      ratio: rows.length / mostSets,
      bar: `≤ ${mostSets}`,
      holds: rows.length <= mostSets,
    },
    {
      id: 'rum-hostile-cost',
      what: 'CPU time that one of them costs, on average',
      ours: cpuMicros / count,
      peers: {},
      unit: 'µs',
      ratio: cpuMicros / count / mostMicros,
      bar: `≤ ${mostMicros} µs`,
      holds: cpuMicros / count <= mostMicros,
    },
  ]
}

/** The garbage collector, without a flag for the whole process. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
