import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/local/free-port.ts'
import { connectTagSpace } from '../../src/redis/connect-tag-space.ts'
import { connected, connecting, plain, testRedis } from './connected.ts'

const run = promisify(execFile)

test('speaks TLS where the certificate is trusted, and nowhere else', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-certificate-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const make = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ]
  await run('openssl', [...make, '-keyout', key, '-out', certificate, ...names])
  const tlsPort = await freePort()
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate]
  const redis = await testRedis({
    password: 'secret',
    extra: ['--tls-port', String(tlsPort), '--tls-auth-clients', 'no', ...files],
  })
  const url = `rediss://:secret@127.0.0.1:${tlsPort}`
  const trusting = await connected({ url, tls: { ca: await readFile(certificate) } })
  expect(trusting.server().tracking).toBe(true)
  expect(plain(await trusting.command(['PING']))).toBe('PONG')

  const tags = connectTagSpace({ url, name: 'secret', tls: { ca: await readFile(certificate) } })
  onTestFinished(() => tags.close())
  await expect.poll(() => tags.tier!.reachable()).toBe(true)

  const wary = connecting({ url })
  await expect.poll(async () => (await wary.failure(wary.command(['PING']))).message).toContain('self-signed')
  const plainText = connecting({ url: `rediss://:secret@127.0.0.1:${redis.port}`, connectTimeout: 300 })
  await expect
    .poll(async () => (await plainText.failure(plainText.command(['PING']))).message)
    .toMatch(/not ready after 300 ms|SSL/)
  expect([...wary.told, ...plainText.told]).toEqual([])
})
