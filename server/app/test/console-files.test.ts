import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { serveConsole } from '../src/console-files.ts'

/** A built console, and how its server answers. */
async function served() {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-console-'))
  mkdirSync(path.join(folder, 'assets'))
  writeFileSync(path.join(folder, 'index.html'), 'page')
  writeFileSync(path.join(folder, 'assets/a.js'), 'old code')
  writeFileSync(path.join(folder, '.source-digest'), 'abc')
  const server = createServer(serveConsole(folder)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  const { port } = server.address() as AddressInfo
  const get = async (where: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${where}`)
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  return { folder, get }
}

test('a link to a screen is the page, code is kept for good, and both come under the policy', async () => {
  const { get } = await served()
  for (const where of ['/_hotpath/', '/_hotpath/caches?explain=/.well-known/x']) {
    const { status, text, headers } = await get(where)
    expect([status, text, headers.get('cache-control')]).toEqual([200, 'page', 'no-cache'])
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
  }
  const code = await get('/_hotpath/assets/a.js')
  expect([code.text, code.headers.get('cache-control')]).toEqual([
    'old code',
    'public, max-age=31536000, immutable',
  ])
  expect((await get('/_hotpath/assets/b.js')).status).toBe(404)
})

test('a console that is replaced while it is served is the new one, and ends nothing', async () => {
  const { folder, get } = await served()
  expect((await get('/_hotpath/assets/a.js')).status).toBe(200)
  rmSync(path.join(folder, 'assets/a.js'))
  writeFileSync(path.join(folder, 'assets/b.js'), 'new code')
  writeFileSync(path.join(folder, 'index.html'), 'new page')
  expect((await get('/_hotpath/assets/a.js')).status).toBe(404)
  expect((await get('/_hotpath/assets/b.js')).text).toBe('new code')
  expect((await get('/_hotpath/')).text).toBe('new page')
})

test('nothing but the console is served', async () => {
  const { get } = await served()
  for (const where of [
    '.source-digest',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/package.json',
    '.git/config',
  ])
    expect([where, (await get(`/_hotpath/${where}`)).text]).toEqual([
      where,
      expect.not.stringMatching(/abc|root:|"name"/) as string,
    ])
})
