import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = new URL('../src/main.ts', import.meta.url).pathname
const folder = mkdtempSync(path.join(tmpdir(), 'proxy-command-'))
let made = 0
const origin = http.createServer((_, response) => response.end(`made ${++made}`))

beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  origin.closeAllConnections()
  origin.close()
  rmSync(folder, { recursive: true })
})

const command = (...args: string[]) =>
  spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })

async function run(...args: string[]): Promise<{ code: number | null; out: string; said: string }> {
  const child = command(...args)
  const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number | null, out, said }
}

test('hotpath proxy starts, reads its policy again at SIGHUP, logs, is explained by hotpath why, and ends at SIGTERM', async () => {
  const { port } = origin.address() as AddressInfo
  const [policy, log] = [path.join(folder, 'policy.json'), path.join(folder, 'access.log')]
  writeFileSync(policy, '{"routes": {}}')
  const proxy = command(
    'proxy',
    `127.0.0.1:${port}`,
    '--port',
    '0',
    '--policy',
    policy,
    '--access-log',
    log,
    '--json',
  )
  let [out, said] = ['', '']
  proxy.stdout.on('data', (part: Buffer) => (out += part.toString()))
  proxy.stderr.on('data', (part: Buffer) => (said += part.toString()))
  await expect.poll(() => out).toContain('}')
  const { url } = JSON.parse(out) as { url: string }

  const before = JSON.parse((await run('why', `${url}/a`, '--json')).out) as {
    verdict: string
    remedies: string[]
  }
  expect(before.verdict).toBe('not stored')
  expect(before.remedies[0]).toContain("fresh: '1h'")

  writeFileSync(policy, '{"routes": {"GET /a": {"fresh": "1h"}}}')
  proxy.kill('SIGHUP')
  await expect.poll(() => said).toContain('were read again')
  const after = await run('why', `${url}/a`)
  expect(after.out).toContain(`${url}/a: hit`)
  expect(after.out).toContain('max-age=3600 (from the options of GET /a)')

  proxy.kill('SIGTERM')
  const [code] = (await once(proxy, 'exit')) as [number]
  expect(code).toBe(0)
  expect(readFileSync(log, 'utf8').trim().split('\n').at(-1)).toMatch(/"GET \/a HTTP\/1\.1" 200 .* hit /)
}, 60_000)

test('a wrong origin or option is refused with what to write instead', async () => {
  const wrong = await run('proxy', 'ftp://x')
  expect(wrong.code).toBe(4)
  expect(wrong.said).toContain('HP_PROXY_ORIGIN_INVALID')
  const half = await run('proxy', 'http://127.0.0.1:1', '--tls-cert', 'x.pem')
  expect(half.code).toBe(4)
  expect(half.said).toContain('--tls-key')
}, 30_000)

test('a proxy whose Redis cannot be reached says so, and serves all the same', async () => {
  const { port } = origin.address() as AddressInfo
  const nobody = net.createServer().listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const redis = `redis://127.0.0.1:${(nobody.address() as AddressInfo).port}`
  nobody.close()
  await once(nobody, 'close')
  const proxy = command('proxy', `http://127.0.0.1:${port}`, '--port', '0', '--redis', redis, '--json')
  let [out, said] = ['', '']
  proxy.stdout.on('data', (part: Buffer) => (out += part.toString()))
  proxy.stderr.on('data', (part: Buffer) => (said += part.toString()))
  await expect.poll(() => said, { timeout: 10_000 }).toContain('No connection to Redis')
  const { url } = JSON.parse(out) as { url: string }
  expect((await fetch(url)).status).toBe(200)
  proxy.kill('SIGTERM')
  await once(proxy, 'exit')
})
