import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Alerts, type AlertTestOutcome, paths, route } from '@hotpath/core'
import { createHotpath } from '@hotpath/app'
import { expect, test } from 'vitest'

test('an application tells its webhook, and what is silenced is silent after a restart', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-alert-paths-'))
  const bodies: string[] = []
  const receiver = createServer((request, response) => {
    void text(request).then((body) => (bodies.push(body), response.writeHead(204).end()))
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => receiver.once('listening', listening))
  const { port } = receiver.address() as AddressInfo
  const open = async () => {
    const hotpath = await createHotpath({
      name: 'shop',
      routes: [route('GET /items', { budget: 'p95 < 50ms' })],
      alerts: { log: false },
      environment: {
        HOTPATH_FOLDER: folder,
        HOTPATH_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
        HOTPATH_VERSION: '1.4.2',
      },
    })
    const server = createServer((_, response) => void response.end('items'))
    hotpath.attach(server)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const post = (at: string, body: object) =>
      fetch(origin + at, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    return {
      post,
      view: async () => (await (await fetch(origin + paths.alerts)).json()) as Alerts,
      async [Symbol.asyncDispose]() {
        await hotpath.drain()
        server.closeAllConnections()
        server.close()
        await hotpath.close()
      },
    }
  }
  try {
    {
      await using app = await open()
      const { sinks } = (await (await app.post(paths.alertTest, {})).json()) as AlertTestOutcome
      expect(sinks).toEqual([
        { kind: 'webhook', target: `127.0.0.1:${port}`, delivered: true, problem: null },
      ])
      expect(JSON.parse(bodies[0]!)).toMatchObject({ event: 'test', app: 'shop', version: '1.4.2' })
      const silence = { for: '2h', reason: 'migration', route: 'GET /items' }
      expect((await app.post(paths.alertSilence, silence)).status).toBe(200)
      expect((await app.post(paths.alertSilence, { for: '2h' })).status).toBe(400)
    }
    await using app = await open()
    const { silences, rules, version } = await app.view()
    expect(silences).toMatchObject([{ route: 'GET /items', reason: 'migration' }])
    expect(rules.map(({ budget }) => budget)).toEqual(['errors < 1%', 'p95 < 50ms'])
    expect(version.name).toBe('1.4.2')
  } finally {
    receiver.close()
    await rm(folder, { recursive: true, force: true })
  }
  // It starts the embedded database twice, which a busy machine compiles slowly.
}, 60_000)
