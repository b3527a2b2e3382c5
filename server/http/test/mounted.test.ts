import http from 'node:http'
import { route } from '@hotpath/core'
import express from 'express'
import { expect, test } from 'vitest'
import { type Serving, serve } from './serving.ts'

/** An Express application with one item in two places, whose routers see nothing but `/item` of the URL. */
function serveMounted(): Promise<Serving> {
  let version = 1
  const router = express.Router()
  router.get('/item', (_request, response) => void response.send(`version ${version}`))
  router.post('/item', (_request, response) => {
    version += 1
    response.send('changed')
  })
  const app = express().use('/a', router).use('/b', router)
  const options = { fresh: '1m', tags: () => ['items'] } as const
  return serve(app, {
    routes: [route('GET /a/item', options), route('GET /b/item', options)],
    build: (cache) => http.createServer(cache.wrap(app)),
  })
}

test('what a mounted router answers is purged by the path that the client knows', async () => {
  await using app = await serveMounted()
  await app.get('/a/item')
  await app.get('/b/item')
  expect(app.cache.preview({ pattern: '*' }).sample).toEqual(['/a/item', '/b/item'])
  expect(await app.cache.purge('/a/*')).toMatchObject({ dropped: 1 })
})

test('an unsafe request to a mounted router drops its own URL and no other', async () => {
  await using app = await serveMounted()
  for (const path of ['/a/item', '/b/item']) expect((await app.get(path)).body).toBe('version 1')
  await app.ask('/a/item', { method: 'POST' })
  expect((await app.get('/a/item')).body).toBe('version 2')
  expect((await app.get('/b/item')).body).toBe('version 1')
})
