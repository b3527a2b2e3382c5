import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { runLoad, urlScenario } from '@hotpath/load'
import { startFaultServer } from '@hotpath/load/selftest'
import { startAnsweringNginx } from '../http/nginx.ts'
import type { BarResult, SuiteContext } from '../suite.ts'
import { autocannonCost } from './autocannon.ts'

const users = 32
const rounds = 5

/** What a request costs the generator, beside autocannon, in turn. */
export async function costRow({ quick, progress }: SuiteContext): Promise<BarResult> {
  const seconds = quick ? 2 : 4
  await using server = await startAnsweringNginx()
  const url = `http://127.0.0.1:${server.port}/`
  const costs: { ours: number; theirs: number }[] = []
  for (let round = 1; round <= (quick ? 1 : rounds); round++) {
    progress(`${users} users against nginx, which is faster than they are: round ${round}`)
    const { requests, generator } = await runLoad({
      scenarios: urlScenario(url),
      model: 'closed',
      users,
      warmup: '1s',
      duration: `${seconds}s`,
    })
    const theirs = await autocannonCost(url, users, seconds)
    costs.push({ ours: requests / generator.cpuSeconds, theirs })
  }
  const { ours, theirs } = costs.sort((a, b) => a.ours / a.theirs - b.ours / b.theirs)[costs.length >> 1]!
  return {
    id: 'generator-cost',
    what: 'Small answers per CPU second of the whole generator process, as fast as it can, from nginx',
    ours,
    peers: { autocannon: theirs },
    unit: 'requests/s',
    ratio: ours / theirs,
    bar: '≥ 1.5 × autocannon',
    holds: ours >= 1.5 * theirs,
  }
}

interface UsersReport {
  verdict: string
  reasons: string[]
  requests: number
  errors: number
  connectionsOpened: number
  cpuSeconds: number
  bytes: number
}

/** The memory of many users who think. */
export async function usersRow({ quick, progress }: SuiteContext): Promise<BarResult> {
  const count = quick ? 1000 : 10_000
  progress(`${count} open connections with think time`)
  // So slow that the last user comes before the first is answered: all connections are open at once.
  await using server = await startFaultServer({ kind: 'constant', delayMs: 7000 })
  const file = fileURLToPath(new URL('./users-process.ts', import.meta.url))
  const child = fork(file, [server.url, String(count)])
  const [{ verdict, reasons, requests, errors, connectionsOpened, bytes }] = (await once(
    child,
    'message',
  )) as [UsersReport]
  const gigabytes = bytes / 1e9
  const outcome = `${verdict}, ${requests} requests, ${errors} errors, ${connectionsOpened} connections opened`
  return {
    id: 'users-memory',
    what: `Most memory of the generator with ${count} open connections and think time`,
    ours: gigabytes,
    peers: {},
    unit: 'GB',
    ratio: gigabytes,
    bar: '< 1 GB, all connections open, no error',
    holds: gigabytes < 1 && connectionsOpened >= count && errors === 0,
    cells: { outcome: [outcome, ...reasons].join('. ') },
  }
}
