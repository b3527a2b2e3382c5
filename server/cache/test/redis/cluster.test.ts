import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type LocalRedis, startRedis } from '@hotpath/cache/local'
import { connected, connecting, plain } from './connected.ts'

const run = promisify(execFile)
const cli = (port: number, ...words: string[]) => run('redis-cli', ['-p', String(port), ...words])

let nodes: LocalRedis[] = []

beforeAll(async () => {
  nodes = await Promise.all(Array.from({ length: 3 }, () => startRedis({ cluster: true })))
  const places = nodes.map(({ port }) => `127.0.0.1:${port}`)
  await run('redis-cli', ['--cluster', 'create', ...places, '--cluster-yes'])
  await everyNodeSaysOk()
}, 120_000)

afterAll(() => Promise.all(nodes.map((node) => node.stop())))

async function everyNodeSaysOk(): Promise<void> {
  for (const { port } of nodes)
    await vi.waitFor(
      async () => expect((await cli(port, 'cluster', 'info')).stdout).toContain('cluster_state:ok'),
      { timeout: 60_000 },
    )
}

const seeds = () => nodes.map(({ url }) => url).join(',')
const writeMark = ['{t}c', '{t}mt:a']

/** The port of the node that has the slot of our keys, as the cluster has it. */
async function owner(port = nodes[0]!.port): Promise<number> {
  const slot = Number((await cli(port, 'cluster', 'keyslot', '{t}c')).stdout)
  const slots = JSON.parse((await cli(port, '--json', 'cluster', 'slots')).stdout) as [
    number,
    number,
    [string, number],
  ][]
  return slots.find(([from, to]) => from <= slot && slot <= to)![2][1]
}

test('from whatever node it begins, it gets to the one that has our keys, before it is ready', async () => {
  const home = await owner()
  for (const { url } of nodes) {
    const port = await connected({ url })
    expect(String(plain(await port.command(['INFO', 'server'])))).toContain(`tcp_port:${home}`)
    expect(plain(await port.script('marks', writeMark, ['e', '60000']))).toHaveLength(4)
    expect([port.times('ready'), port.times('lost')]).toEqual([1, 0])
    expect(port.server().tracking).toBe(true)
  }
})

test('when the slot moves it is lost and goes after it; while it moves single commands are refused', async () => {
  const port = await connected({ url: seeds() })
  const home = await owner()
  const target = nodes.find((node) => node.port !== home)!
  const slot = (await cli(home, 'cluster', 'keyslot', '{t}c')).stdout.trim()
  const idOf = async (number: number) => (await cli(number, 'cluster', 'myid')).stdout.trim()
  const [from, to] = [await idOf(home), await idOf(target.port)]
  await port.script('marks', writeMark, ['e', '60000'])
  const mark = plain(await port.command(['GET', '{t}mt:a']))

  await cli(target.port, 'cluster', 'setslot', slot, 'importing', from)
  await cli(home, 'cluster', 'setslot', slot, 'migrating', to)
  expect(await port.failure(port.command(['GET', '{t}knew']))).toMatchObject({
    code: 'HP_CACHE_REDIS_REFUSED',
    message: expect.stringContaining('ASK'),
  })
  // A connection made in the meantime stays with the present owner.
  const newcomer = await connected({ url: `redis://127.0.0.1:${home}` })
  expect(plain(await newcomer.command(['GET', '{t}mt:a']))).not.toBe(null)

  const { stdout } = await cli(home, 'cluster', 'getkeysinslot', slot, '1000')
  for (const key of stdout.trim().split('\n'))
    await cli(home, 'migrate', '127.0.0.1', String(target.port), key, '0', '5000')
  for (const number of [target.port, home]) await cli(number, 'cluster', 'setslot', slot, 'node', to)

  const again = port.nextReady()
  const moved = await port.failure(port.command(['GET', '{t}mt:a']))
  expect(moved).toMatchObject({
    code: 'HP_CACHE_REDIS_UNREACHABLE',
    message: expect.stringContaining(`MOVED ${slot} 127.0.0.1:${target.port}`),
  })
  await again
  expect([port.times('ready'), port.times('lost')]).toEqual([2, 1])
  expect(plain(await port.command(['GET', '{t}mt:a']))).toBe(mark)
  expect(await owner(target.port)).toBe(target.port)
})

test('when the node of our keys dies it goes back to the seeds, and is ready when the keys have a home again', async () => {
  await everyNodeSaysOk()
  const home = await owner()
  const dying = nodes.find(({ port }) => port === home)!
  const port = connecting({
    url: nodes
      .filter((node) => node !== dying)
      .map(({ url }) => url)
      .join(','),
  })
  await port.nextReady()
  await dying.kill()
  await expect.poll(() => port.times('lost')).toBe(1)
  const refusal = async () => (await port.failure(port.command(['GET', '{t}mt:a']))).message
  // The others send us to the dead node until they see that it is dead, then say that the cluster is down.
  await expect.poll(refusal, { timeout: 20_000 }).toContain('CLUSTERDOWN')
  nodes[nodes.indexOf(dying)] = await startRedis({ cluster: true, port: home, folder: dying.folder })
  await expect.poll(() => port.times('ready'), { timeout: 20_000 }).toBe(2)
  await everyNodeSaysOk()
  expect(String(plain(await port.command(['INFO', 'server'])))).toContain(`tcp_port:${home}`)
  await nodes.find((node) => node.folder === dying.folder)!.stop()
  await dying.stop()
})
