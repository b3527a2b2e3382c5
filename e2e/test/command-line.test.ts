import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { hotpath } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'

test('--help teaches: every command is listed, and each shows an example', async () => {
  const { code, stdout } = await hotpath(['--help'])
  expect(code).toBe(0)
  for (const name of ['start', 'load', 'prove', 'cache', 'routes']) expect(stdout).toContain(`  ${name}`)
  const help = await hotpath(['load', '--help'])
  expect(help.stdout).toContain('$ npx hotpath load civicq/read-mix')
})

test('routes lists each route with the headers it sends, its tags and its budget', async () => {
  const { code, stdout } = await hotpath(['routes', 'civicq', '--json'])
  expect(code).toBe(0)
  const routes = JSON.parse(stdout) as { route: string; headers: Record<string, string>; tags: string[] }[]
  const ballot = routes.find(({ route }) => route === 'GET /api/ballots/:id')!
  expect(ballot.headers['cdn-cache-control']).toContain('max-age=3600')
  expect(ballot.headers['cache-control']).toContain('no-cache')
  expect(ballot.tags.length).toBeGreaterThan(0)
})

const origin = 'http://127.0.0.1:1'

test.each([
  { what: 'an unknown scenario', args: ['load', 'civicq/nothing', '--origin', origin], says: 'nothing' },
  { what: 'an unreachable origin', args: ['load', `${origin}/`], says: '127.0.0.1:1' },
  { what: 'a broken budget', args: ['load', `${origin}/`, '--budget', 'p95 is good'], says: 'p95 is good' },
  { what: 'a rate that is no number', args: ['load', `${origin}/`, '--rate', 'fast'], says: '"fast"' },
  {
    what: 'a duration without a unit',
    args: ['load', `${origin}/`, '--duration', '10 parsecs'],
    says: '10 parsecs',
  },
  { what: 'unknown arrivals', args: ['load', `${origin}/`, '--arrivals', 'sometimes'], says: 'sometimes' },
  { what: 'an unknown application', args: ['start', 'nowhere'], says: '"nowhere"' },
  { what: 'an unknown application to prove', args: ['prove', 'nowhere'], says: '"nowhere"' },
  { what: 'a console that is not there', args: ['cache', 'stats', '--origin', origin], says: origin },
  { what: 'a purge of nothing', args: ['cache', 'purge', '--origin', origin], says: 'Nothing was named' },
  {
    what: 'a result with nowhere to go',
    args: ['load', `${origin}/`, '--out', '/no/such/folder/run.json'],
    says: 'run.json',
  },
  { what: 'an address of another kind', args: ['load', 'ftp://127.0.0.1/x'], says: 'ftp://127.0.0.1/x' },
  { what: 'an origin that is no address', args: ['cache', 'stats', '--origin', 'nope'], says: '"nope"' },
  { what: 'an empty host', args: ['start', '--host', ''], says: '--host' },
  { what: 'no workers', args: ['start', '--workers', '0'], says: 'a whole number from 1 to 256' },
  { what: 'an unknown option', args: ['start', '--fast'], says: '--fast' },
  { what: 'an unknown command', args: ['begin'], says: 'begin' },
])('$what: a clear sentence and exit code 4', async ({ args, says }) => {
  const { code, stdout, stderr } = await hotpath(args)
  expect(stderr).toContain(says)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
})

test('a PORT that is no port: a clear sentence and exit code 4', async () => {
  const { code, stderr } = await hotpath(['start', 'civicq'], { PORT: '65536' })
  expect(stderr).toContain('PORT was given "65536". It takes a whole number from 0 to 65535.')
  expect(code).toBe(4)
})

test('a busy port, which --port names against PORT: a clear sentence and exit code 4', async () => {
  using folder = scratchFolder()
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const { code, stderr } = await hotpath(
    ['start', 'civicq', '--port', String(port), '--scale', '0.02', '--no-visitors'],
    { HOTPATH_FOLDER: folder.path, PORT: 'elsewhere' },
  )
  taken.close()
  expect(stderr).toContain(`Port ${port} of 127.0.0.1 is taken.`)
  expect(code).toBe(4)
})

test.each([
  [
    'Redis',
    { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x', REDIS_URL: '' },
    'apt-get install -y redis-server',
  ],
  ['an address of Redis', { DATABASE_URL: '', REDIS_URL: 'http://cache' }, 'REDIS_URL=redis://host:6379'],
])('several workers without %s: a clear sentence and exit code 4', async (_what, environment, says) => {
  // Node itself is called by its path: nothing else is found.
  const { code, stdout, stderr } = await hotpath(['start', 'civicq', '--workers', '2', '--port', '0'], {
    PATH: '/nowhere',
    ...environment,
  })
  expect(stderr).toContain(says)
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
})

test('a token of the environment is not shown by --help', async () => {
  const token = 'a-token-that-nobody-should-see'
  const { stdout } = await hotpath(['cache', 'stats', '--help'], { HOTPATH_TOKEN: token })
  expect(stdout).toContain('--token')
  expect(stdout).not.toContain(token)
})

test('something else than a Hotpath application is said to be that', async () => {
  await using other = await serve((_, response) => void response.end('<html>hello</html>'))
  const { code, stderr } = await hotpath(['cache', 'stats', '--origin', other.origin])
  expect(stderr).toContain('not as a Hotpath application does')
  expect(code).toBe(4)
})

test('a load run of which nothing was answered is INVALID, not fast', async () => {
  await using broken = await serve((request) => void request.socket.destroy())
  const { code, stdout } = await hotpath([
    'load',
    `${broken.origin}/`,
    '--duration',
    '500ms',
    '--warmup',
    '0s',
    '--budget',
    'p95 < 1s',
    '--json',
  ])
  const result = JSON.parse(stdout) as { verdict: string; responseMs: { p95: number | null } }
  expect({ code, verdict: result.verdict, p95: result.responseMs.p95 }).toEqual({
    code: 3,
    verdict: 'INVALID',
    p95: null,
  })
})

/** A server of this test's own, on any free port. */
async function serve(listener: RequestListener): Promise<AsyncDisposable & { origin: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
