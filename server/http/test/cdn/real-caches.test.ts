import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@hotpath/cache/local'
import { createPurgeQueue, purgeOfPattern, purgeRequests, type PurgeBatch } from '@hotpath/http/cdn'
import { expect, test, vi } from 'vitest'
import { serve, type Serving } from '../serving.ts'

const site = 'https://shop.example'
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** A block of code of the README, so that what it says is what is tested. */
const fromReadme = (language: string) =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)![1]!

/** An application behind our cache, which says with every answer how many it has made; fresh for an hour elsewhere. */
async function application(): Promise<Serving & { made(): number }> {
  let made = 0
  const serving = await serve(
    (request, response) => {
      made += 1
      // Kept by the cache under test, not by ours.
      response.setHeader('cache-control', 's-maxage=3600').setHeader('vary', 'x-never')
      response.setHeader('cache-groups', `"item:${request.url!.split('/').at(-1)}", "a, b"`)
      response.end(`made ${made}`)
    },
    { enabled: true, cdnDialects: ['cache-tag'], maxEntryBytes: 1 },
  )
  return Object.assign(serving, { made: () => made })
}

interface Running extends AsyncDisposable {
  port: number
  get(target: string): Promise<string>
}

/** Starts a server that belongs to this test alone, and waits until it answers. */
async function start(
  program: string,
  folder: string,
  { port, args }: { port: number; args: string[] },
): Promise<Running> {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` }
  const running = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  running.stderr.on('data', (part: Buffer) => (complaints += part.toString()))
  const get = (target: string) => ask(port, target)
  await vi
    .waitFor(() => get('/started'), { timeout: 20_000, interval: 100 })
    .catch((cause: unknown) => {
      running.kill()
      throw new Error(`${program} did not start: ${complaints}`, { cause })
    })
  return {
    port,
    get,
    async [Symbol.asyncDispose]() {
      running.kill('SIGTERM')
      await once(running, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ask(port: number, target: string): Promise<string> {
  const request = http.get({
    host: '127.0.0.1',
    port,
    path: target,
    agent: false,
    headers: { host: 'shop.example' },
  })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) text += part
  return text
}

function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-cdn-'))
  chmodSync(folder, 0o755)
  return folder
}

async function startVarnish(originPort: number): Promise<Running> {
  const folder = scratch()
  const port = await freePort()
  const file = path.join(folder, 'default.vcl')
  writeFileSync(file, fromReadme('vcl').replace('"3000"', `"${originPort}"`))
  const args = [
    '-F',
    '-n',
    path.join(folder, 'work'),
    '-a',
    `127.0.0.1:${port}`,
    '-f',
    file,
    '-s',
    'malloc,16m',
  ]
  return start('varnishd', folder, { port, args })
}

async function startNginx(originPort: number): Promise<Running> {
  const folder = scratch()
  const port = await freePort()
  const file = path.join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  writeFileSync(
    file,
    `daemon off; user root; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}
    http {
      access_log off; ${temporary.join(' ')}
      proxy_cache_path ${folder}/cache keys_zone=all:1m;
      map $http_x_purge_secret $purge { default ""; "change me" 1; }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://127.0.0.1:${originPort}; proxy_cache all; proxy_ignore_headers Vary; ${fromReadme('nginx')} }
      }
    }`,
  )
  return start('nginx', folder, { port, args: ['-p', folder, '-c', file, '-e', 'stderr'] })
}

const purging = (port: number, how: Partial<Parameters<typeof purgeRequests>[0]> = {}) =>
  createPurgeQueue({
    adapter: purgeRequests({
      bases: [`http://127.0.0.1:${port}`],
      headers: { 'X-Purge-Secret': 'change me' },
      ...how,
    }),
    gatherMs: 0,
    attempts: 1,
  })

test('Varnish drops what is purged by tag, by URL, by prefix and whole, and keeps the rest', async () => {
  await using app = await application()
  await using varnish = await startVarnish(app.port)
  const queue = purging(varnish.port)
  const kept = async () => ({ one: await varnish.get('/items/1'), ten: await varnish.get('/items/10') })
  const before = await kept()
  expect(await kept()).toEqual(before)

  const after = async (batch: PurgeBatch) => {
    queue.purge(batch)
    await queue.drained()
    expect(queue.stats().abandoned).toBe(0)
    return kept()
  }
  const byTag = await after({ kind: 'tags', values: ['item:1'] })
  expect([byTag.one === before.one, byTag.ten === before.ten]).toEqual([false, true])
  const byUrl = await after(purgeOfPattern('/items/10', [site]))
  expect([byUrl.one === byTag.one, byUrl.ten === byTag.ten]).toEqual([true, false])
  const bySharedTag = await after({ kind: 'tags', values: ['a, b'] })
  expect([bySharedTag.one === byUrl.one, bySharedTag.ten === byUrl.ten]).toEqual([false, false])
  const byPrefix = await after(purgeOfPattern('/items/*', [site]))
  expect([byPrefix.one === bySharedTag.one, byPrefix.ten === bySharedTag.ten]).toEqual([false, false])
  const byNothing = await after({ kind: 'tags', values: ['item:2', '.*'] })
  expect(byNothing).toEqual(byPrefix)
  const whole = await after({ kind: 'everything', values: [] })
  expect([whole.one === byPrefix.one, whole.ten === byPrefix.ten]).toEqual([false, false])
})

test('Varnish refuses who does not know the secret, and the audit trail says so', async () => {
  await using app = await application()
  await using varnish = await startVarnish(app.port)
  const queue = purging(varnish.port, { headers: { 'X-Purge-Secret': 'guessed' } })
  const before = await varnish.get('/items/1')
  queue.purge({ kind: 'tags', values: ['item:1'] })
  await queue.drained()
  expect(queue.records()).toMatchObject([{ outcome: 'abandoned', reason: 'status 403' }])
  expect(await varnish.get('/items/1')).toBe(before)
})

test('nginx fetches a purged URL anew and keeps that; what it cannot purge is said', async () => {
  await using app = await application()
  await using nginx = await startNginx(app.port)
  const queue = purging(nginx.port, { method: 'GET', banMethod: null })
  const [one, two] = [await nginx.get('/items/1'), await nginx.get('/items/2')]
  expect(await nginx.get('/items/1')).toBe(one)
  queue.purge(purgeOfPattern('/items/1', [site]))
  await queue.drained()
  const renewed = await nginx.get('/items/1')
  expect(renewed).not.toBe(one)
  expect(await nginx.get('/items/1')).toBe(renewed)
  expect(await nginx.get('/items/2')).toBe(two)
  queue.purge({ kind: 'tags', values: ['item:2'] })
  expect(queue.records().at(-1)).toMatchObject({ outcome: 'abandoned', reason: 'this CDN purges no tags' })
})
