import { createTagSpace } from '@hotpath/cache'
import { createHttpCache } from '@hotpath/http'
import { expect, test } from 'vitest'
import { head, startStaged } from './staged-server.ts'

test('a remembered request that hits is over with its answer, but where somebody listens to it', async () => {
  const cache = createHttpCache({ tags: createTagSpace(), routes: [] })
  const heard: string[] = []
  const overAtOnce: (string | undefined)[] = []
  await using app = await startStaged(
    (next) => {
      const cached = cache.wrap(next)
      return (request, response) => {
        const { url } = request
        if (url === '/end') request.on('end', () => heard.push('end')).resume()
        if (url === '/close') request.on('close', () => heard.push('close'))
        cached(request, response)
        if (request.closed) overAtOnce.push(url)
      }
    },
    (_request, response) => response.setHeader('Cache-Control', 'max-age=60').end('made'),
  )
  const heads = ['/end', '/close', '/none'].map((target) => head(target, ['Host: here']))
  await app.send(heads)
  heard.length = 0
  const answers = await app.send([...heads, ...heads])
  expect(answers.match(/hotpath; hit/g)).toHaveLength(6)
  expect(overAtOnce).toEqual(['/none', '/none'])
  expect(heard.sort()).toEqual(['close', 'close', 'end', 'end'])
})
