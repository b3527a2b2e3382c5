import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Consumer, installRelease, repository } from '../src/consumer.ts'
import { decoratedSample } from '../src/decorated-sample.ts'
import { scratchFolder } from '../src/scratch.ts'

const run = promisify(execFile)
const programs = path.join(repository, 'docs/guides/frameworks')
const scratch = scratchFolder()
let consumer: Consumer

const frameworks = [
  'express',
  'fastify',
  'hono',
  '@hono/node-server',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  'reflect-metadata',
  'rxjs',
]
const legacyDecorators = { experimentalDecorators: true, emitDecoratorMetadata: true }
const examples = readdirSync(programs).filter((name) => name.endsWith('.ts'))

beforeAll(async () => {
  consumer = await installRelease(scratch.path, [...frameworks, '@types/express', '@types/node'])
  for (const name of examples) {
    consumer.write(name, readFileSync(path.join(programs, name), 'utf8'))
  }
  // As an application would build them; Nest's decorators cannot be stripped.
  await consumer.compile(examples, {
    ...legacyDecorators,
    module: 'nodenext',
    outDir: 'built',
    rewriteRelativeImportExtensions: true,
  })
})

afterAll(() => scratch[Symbol.dispose]())

const wholeLayer = `
import http from 'node:http'
import { createHotpath } from '@hotpath/app'

const hotpath = await createHotpath({ name: 'consumer', routes: [] })
const { rows } = await hotpath.database.query('select 1 as one')
const server = http.createServer((_request, response) => response.end('one is ' + rows[0].one))
hotpath.attach(server)
server.listen(process.env.PORT)
`

async function ask(url: string, method = 'GET') {
  const response = await fetch(url, { method })
  return { status: response.headers.get('cache-status'), body: await response.text() }
}

describe.each(['express', 'fastify', 'hono', 'nest', 'node'])('the program of the guide for %s', (name) => {
  test('answers the second request without its handler, and never what an invalidation has overtaken', async () => {
    await using app = await consumer.start(`built/${name}.js`)
    const [first, second] = [await ask(`${app.url}/ballots/12`), await ask(`${app.url}/ballots/12`)]
    expect(JSON.parse(first.body)).toEqual({ id: '12', votes: 0, reads: 1 })
    expect(first.status).toBe('hotpath; fwd=miss; stored')
    expect(second.body).toBe(first.body)
    expect(second.status).toMatch(/^hotpath; hit; ttl=/)
    await ask(`${app.url}/votes/12`, 'POST')
    expect(JSON.parse((await ask(`${app.url}/ballots/12`)).body)).toEqual({ id: '12', votes: 1, reads: 2 })
  })
})

test('the whole layer starts: an embedded Postgres in its process, and the console', async () => {
  consumer.write('layer.js', wholeLayer)
  await using app = await consumer.start('layer.js')
  expect((await ask(`${app.url}/`)).body).toBe('one is 1')
  expect((await ask(`${app.url}/ready`)).body).toContain('database')
  expect((await ask(`${app.url}/_hotpath/`)).body).toContain('<div id="root">')
})

test('for Express five lines are new', () => {
  const lines = readFileSync(path.join(programs, 'express.ts'), 'utf8').split('\n')
  const ours = lines.filter((line) => /@hotpath\/|expressRoutes\(|createHttpCache\(/.test(line))
  expect(ours).toHaveLength(5)
})

test('the types hold for a bundler, too, and so do the declarations themselves', async () => {
  const bundled = { ...legacyDecorators, module: 'esnext', moduleResolution: 'bundler', noEmit: true }
  const compiled = consumer.compile(examples, { ...bundled, allowImportingTsExtensions: true })
  await expect(compiled).resolves.toBeUndefined()
})

test('a route that is declared with the wrong parameter does not compile', async () => {
  const wrong = `
    import { expressRoutes } from '@hotpath/http/express'
    import express from 'express'
    expressRoutes(express()).get('/ballots/:id', { tags: ({ city }) => [city] }, () => {})
  `
  consumer.write('wrong.ts', wrong)
  const compiled = consumer.compile(['wrong.ts'], { module: 'nodenext', noEmit: true })
  await expect(compiled).rejects.toThrow("Property 'city' does not exist on type 'ParamsOf<")
})

test('@Cacheable compiles with standard decorators, and caches', async () => {
  consumer.write('decorated.ts', decoratedSample)
  await consumer.compile(['decorated.ts'], { module: 'nodenext', outDir: 'built' })
  const { stdout } = await run(process.execPath, ['built/decorated.js'], { cwd: consumer.folder })
  expect(JSON.parse(stdout)).toEqual([
    'NY 1 en 1',
    'NY 1 en 1',
    'TX 2 en 1',
    2,
    2,
    2,
    true,
    'NY 1 en 1',
    'NY 1 en 3',
    'TX 2 en 1',
  ])
  const legacy = { module: 'nodenext', noEmit: true, experimentalDecorators: true }
  await expect(consumer.compile(['decorated.ts'], legacy)).rejects.toThrow(
    'Unable to resolve signature of method decorator',
  )
})

test('the hotpath command runs', async () => {
  const bin = path.join(consumer.folder, 'node_modules/.bin/hotpath')
  const { stdout } = await run(process.execPath, [bin, '--help'], { cwd: consumer.folder })
  expect(stdout).toContain('Usage: hotpath [options] [command]')
})

test('everything that a package exports is in its tarball, and nothing of its sources', () => {
  for (const { name } of consumer.tarballs) {
    const folder = path.join(consumer.folder, 'node_modules', name)
    const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>
    }
    const files = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    )
    const missing = files.filter((file) => !existsSync(path.join(folder, file)))
    expect([name, missing]).toEqual([name, []])
    expect(existsSync(path.join(folder, 'src'))).toBe(false)
  }
  const installed = path.join(consumer.folder, 'node_modules/@hotpath')
  expect(existsSync(path.join(installed, 'console/dist/index.html'))).toBe(true)
  expect(existsSync(path.join(installed, 'postgres/lib/pglite/engine-main.js'))).toBe(true)
})
