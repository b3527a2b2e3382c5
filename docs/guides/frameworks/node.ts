import http from 'node:http'
import { createTagSpace } from '@hotpath/cache'
import { createHttpCache } from '@hotpath/http'
import { nodeRoutes } from '@hotpath/http/node'
import { addVote, loadBallot } from './ballots.ts'

const routes = nodeRoutes()

const tags = ({ id }: { id: string }) => [`ballot:${id}`]
routes.get('/ballots/:id', { fresh: '1h', stale: '1d', tags }, async (_request, response, { id }) => {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(await loadBallot(id)))
})
routes.post('/votes/:id', {}, async (_request, response, params) => {
  await addVote(params.id)
  await cache.invalidate({ tags: tags(params) })
  response.writeHead(204).end()
})

const cache = createHttpCache({ tags: createTagSpace(), routes: routes.routes })
http.createServer(cache.wrap(routes.listener())).listen(process.env.PORT ?? 3000)
