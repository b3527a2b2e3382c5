import { execFile } from 'node:child_process'
import type { RequestListener } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { runLoad, type RunResult, urlScenario } from '@hotpath/load'
import { startServer } from '../server.ts'
import { startTlsServer } from '../tls-server.ts'

describe('a certificate that nobody vouches for', () => {
  const answersOne: RequestListener = (_request, response) => response.end('{"id":1}')

  test('is refused before the run, with what helps', async () => {
    await using server = await startTlsServer(answersOne)
    await expect(runLoad({ scenarios: urlScenario(server.origin) })).rejects.toMatchObject({
      code: 'HP_LOAD_UNREACHABLE',
      message: expect.stringContaining('its certificate is signed by itself; "insecure" accepts it'),
    })
  })

  test('is accepted when asked to, also in setup; opening includes TLS', async () => {
    await using server = await startTlsServer(answersOne)
    const scenarios = {
      ...urlScenario(server.origin),
      setup: async ({ fetchJson }: { fetchJson(path: '/'): Promise<unknown> }) => fetchJson('/'),
    }
    const result = await runLoad({
      scenarios,
      model: 'closed',
      users: 1,
      iterations: 3,
      keepAlive: false,
      insecure: true,
    })
    expect(result).toMatchObject({ requests: 3, errors: 0, generator: { connectionsOpened: 3 } })
    expect(result.connectMs.p50).toBeGreaterThan(0)
  })
})

test('TLS spoken to a server without it is named', async () => {
  await using server = await startServer((_request, response) => response.end())
  const scenarios = urlScenario(server.origin.replace('http:', 'https:'))
  await expect(runLoad({ scenarios, insecure: true })).rejects.toThrow('Cannot connect to https://127.0.0.1')
})

test('a host that nobody knows is refused before the run', async () => {
  const scenarios = urlScenario('http://nobody-knows-this.invalid/')
  await expect(runLoad({ scenarios })).rejects.toThrow(/the host name (is not known|could not be looked up)/)
})

test('a server that answers no more in the middle of its head or body gives timeouts, never a hang', async () => {
  let seen = 0
  await using server = await startServer((_request, response) => {
    seen += 1
    if (seen % 2 === 0) response.socket!.write('HTTP/1.1 200 OK\r\ncontent-le')
    else response.writeHead(200, { 'content-length': 10 }).write('half')
  })
  const result = await runLoad({
    scenarios: urlScenario(server.origin),
    rate: 40,
    duration: '200ms',
    timeout: '100ms',
  })
  expect(result).toMatchObject({ requests: 8, errorsByKind: { timeout: 8 } })
})

test('an answer that is no HTTP is a counted error', async () => {
  await using server = await startServer((_request, response) => response.socket!.end('SMTP ready\r\n\r\n'))
  const result = await runLoad({ scenarios: urlScenario(server.origin), rate: 40, duration: '200ms' })
  expect(result).toMatchObject({ requests: 8, errors: 8, statuses: {} })
})

test('a generator without sockets counts each request it could not send, and the run is INVALID', async () => {
  await using server = await startServer((_request, response) => setTimeout(() => response.end(), 300))
  const script = `
    import { runLoad, urlScenario } from '@hotpath/load'
    const scenarios = urlScenario('${server.origin}')
    const result = await runLoad({ scenarios, rate: 300, duration: '500ms', timeout: '2s' })
    console.log(JSON.stringify(result))`
  const limited = `ulimit -n 64 && exec "$0" --input-type=module-typescript -e "$1"`
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, script], {
    cwd: path.join(import.meta.dirname, '../..'),
  })
  const result = JSON.parse(stdout) as RunResult
  expect(result.requests).toBe(150)
  expect(result.errorsByKind.EMFILE).toBeGreaterThan(0)
  expect(result.verdict).toBe('INVALID')
  expect(result.reasons.join()).toContain('ran out of sockets')
})
