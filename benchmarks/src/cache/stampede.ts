import type { BarResult, SuiteContext } from '../suite.ts'
import { type ContestantName, fullCaches } from './contestants/index.ts'
import { startCrew } from './crew.ts'
import type { StampedeMethods, StampedeOptions } from './workers/stampede.ts'

const processes = 4
const callers = 250
const loadMs = 30

/** A fleet whose processes all ask for the same cold key at once. */
export async function stampedeBar(redisUrl: string, { quick, progress }: SuiteContext): Promise<BarResult> {
  const keys = quick ? 10 : 50
  progress(`${processes} processes × ${callers} callers on a cold key, ${keys} keys in turn`)
  const ours = await loadsPerKey('hotpath', redisUrl, keys)
  const peers: Record<string, number> = {}
  for (const name of fullCaches) peers[name] = mean(await loadsPerKey(name, redisUrl, quick ? 5 : 20))
  const most = Math.max(...ours)
  return {
    id: 'stampede',
    what: `Loads per cold key, ${processes} processes × ${callers} callers, ${keys} keys`,
    ours: mean(ours),
    peers,
    unit: 'loads',
    ratio: most,
    bar: 'exactly one, for every key',
    holds: ours.every((loads) => loads === 1),
  }
}

async function loadsPerKey(name: ContestantName, redisUrl: string, keys: number): Promise<number[]> {
  const options: StampedeOptions = { name, redisUrl }
  const workers = Array.from({ length: processes }, (_, id) => String(id))
  await using crew = await startCrew<StampedeMethods>({
    module: new URL('./workers/stampede.ts', import.meta.url),
    members: Object.fromEntries(workers.map((id) => [id, options])),
  })
  const loads: number[] = []
  for (let key = 0; key < keys; key++) {
    const round = { key: `${name}:${key}`, callers, loadMs }
    const each = await Promise.all(workers.map((id) => crew.get(id).call('stampede', round)))
    loads.push(each.reduce((sum, count) => sum + count, 0))
  }
  return loads
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
