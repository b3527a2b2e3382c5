import http from 'node:http'
import { createTagSpace } from '@hotpath/cache'
import { createHttpCache } from '@hotpath/http'
import { expressRoutes } from '@hotpath/http/express'
import express from 'express'
import { addVote, loadBallot } from './ballots.ts'

const app = express()
const routes = expressRoutes(app)

const tags = ({ id }: { id: string }) => [`ballot:${id}`]
routes.get('/ballots/:id', { fresh: '1h', stale: '1d', tags }, async (request, response) => {
  response.json(await loadBallot(request.params.id))
})
app.post('/votes/:id', async (request, response) => {
  await addVote(request.params.id)
  await cache.invalidate({ tags: tags(request.params) })
  response.status(204).end()
})

const cache = createHttpCache({ tags: createTagSpace(), routes: routes.routes })
http.createServer(cache.wrap(app)).listen(process.env.PORT ?? 3000)
