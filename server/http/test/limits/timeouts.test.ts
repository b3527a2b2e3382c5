import { route } from '@hotpath/core'
import { createRequestSizes, createTimeouts, requestSignal } from '@hotpath/http/limits'
import express from 'express'
import Fastify from 'fastify'
import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { listen, until } from './server.ts'

test('answers for a handler that takes too long, tells it so, and drops what it writes later', async () => {
  const failures: unknown[] = []
  const reasons: unknown[] = []
  let late: (() => void) | undefined
  const timeouts = createTimeouts({ timeout: '1h', routes: [route('GET /slow', { timeout: '20ms' })] })
  await using server = await listen(
    timeouts.wrap((request, response) => {
      if (request.url !== '/slow') {
        response.end('quick')
        return
      }
      const signal = requestSignal(request)
      signal.addEventListener('abort', () => reasons.push(signal.reason))
      late = () => {
        try {
          response.setHeader('x-late', 'yes')
          response.writeHead(200, { 'content-type': 'text/plain' })
          response.write('part', () => failures.push('written'))
          response.end('late', () => failures.push('ended'))
        } catch (error) {
          failures.push(error)
        }
      }
    }),
  )
  const { status, headers, body } = await server.ask('/slow')
  expect(status).toBe(503)
  expect(headers['content-type']).toContain('application/problem+json')
  expect(JSON.parse(body)).toMatchObject({ title: 'Timed out' })
  expect(reasons).toMatchObject([{ code: 'HP_HTTP_TIMEOUT' }])
  late!()
  await until(() => failures.length === 2)
  expect(failures).toEqual(['written', 'ended'])
  // The connection is good for the next request, and what was dropped does not show in it.
  expect((await server.ask('/quick')).body).toBe('quick')
})

test('leaves an answer that has begun alone, and a signal tells when its client leaves', async () => {
  const timeouts = createTimeouts({ timeout: '20ms', status: 504 })
  let aborted = false
  let finish = () => {}
  await using server = await listen(
    timeouts.wrap((request, response) => {
      requestSignal(request).addEventListener('abort', () => (aborted = true))
      if (request.url === '/never') return
      response.write('begun')
      finish = () => void response.end(' and done')
    }),
  )
  const streaming = server.ask('/stream')
  expect((await server.ask('/never')).status).toBe(504)
  aborted = false
  finish()
  expect(await streaming).toMatchObject({ status: 200, body: 'begun and done' })
  expect(aborted).toBe(false)
  const leaving = server.begin('/stream').on('error', () => {})
  await new Promise((resolve) => leaving.once('response', resolve))
  leaving.destroy()
  await until(() => aborted)
})

const slowApps: Record<string, () => Promise<RequestListener>> = {
  async Express() {
    const app = express()
    app.get('/slow', (request, response) => {
      const answer = () => response.status(200).set('x-late', '1').json({ late: true })
      requestSignal(request).addEventListener('abort', answer)
    })
    return app
  },
  async Fastify() {
    const app = Fastify()
    app.get('/slow', async (request, reply) => {
      await new Promise((resolve) => requestSignal(request.raw).addEventListener('abort', resolve))
      return reply.header('x-late', '1').send({ late: true })
    })
    await app.ready()
    return (request, response) => app.routing(request, response)
  },
}

test.each(Object.keys(slowApps))('a late answer of %s does not throw', async (name) => {
  const problems: unknown[] = []
  const note = (error: unknown) => void problems.push(error)
  process.on('uncaughtException', note).on('unhandledRejection', note)
  const timeouts = createTimeouts({ timeout: '20ms' })
  await using server = await listen(timeouts.wrap(await slowApps[name]!()))
  const answers = await Promise.all([server.ask('/slow'), server.ask('/slow')])
  expect(answers.map(({ status }) => status)).toEqual([503, 503])
  expect(answers[0].headers['x-late']).toBeUndefined()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('uncaughtException', note).off('unhandledRejection', note)
  expect(problems).toEqual([])
})

test('refuses a body that is too long, announced or not, and passes the largest that is allowed', async () => {
  const sizes = createRequestSizes({ maxBody: 10, routes: [route('POST /large', { maxBody: '1kB' })] })
  const errors: unknown[] = []
  const whole: number[] = []
  await using server = await listen(
    sizes.wrap((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('error', (error) => {
        errors.push(error)
        // As frameworks do, who know nothing of the answer that was given for them.
        response.writeHead(500).end('late')
      })
      request.on('end', () => {
        whole.push(body.length)
        response.end(body)
      })
    }),
  )
  const send = (path: string, length: number, chunked: boolean) =>
    server.ask(path, { method: 'POST', body: 'x'.repeat(length), chunked })
  for (const chunked of [false, true]) {
    expect(await send('/small', 10, chunked)).toMatchObject({ status: 200, body: 'x'.repeat(10) })
    expect(await send('/small', 11, chunked)).toMatchObject({ status: 413, headers: { connection: 'close' } })
    expect((await send('/large', 11, chunked)).status).toBe(200)
    expect((await send('/large', 1001, chunked)).status).toBe(413)
  }
  await until(() => errors.length === 2)
  // A body that was cut never passes for a whole one.
  expect(whole).toEqual([10, 11, 10, 11])
  expect(errors).toMatchObject([{ code: 'HP_HTTP_BODY_TOO_LONG' }, { code: 'HP_HTTP_BODY_TOO_LONG' }])
})

test('refuses a head that is too long', async () => {
  const sizes = createRequestSizes({ maxHeaders: '1kB' })
  await using server = await listen(sizes.wrap((_, response) => void response.end('ok')))
  expect((await server.ask('/')).status).toBe(200)
  expect((await server.ask('/', { headers: { 'x-long': 'x'.repeat(1_000) } })).status).toBe(431)
})
