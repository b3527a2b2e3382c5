import { createCache, createTagSpace } from '@hotpath/cache'
import { createHttpCache } from '@hotpath/http'
import { fastifyLayer } from '@hotpath/http/fastify'
import Fastify from 'fastify'
import { addVote, loadBallot } from './ballots.ts'

const space = createTagSpace()
const objects = createCache({ namespace: 'ballots', tags: space })
const layer = fastifyLayer((routes) => createHttpCache({ tags: space, routes }))

const app = Fastify({ serverFactory: layer.serverFactory })
const routes = layer.routes(app)

const tags = ({ id }: { id: string }) => [`ballot:${id}`]
routes.get('/ballots/:id', { fresh: '1h', stale: '1d', tags }, (request) => loadBallot(request.params.id))
app.post<{ Params: { id: string } }>('/votes/:id', async (request, reply) => {
  await addVote(request.params.id)
  await objects.invalidate({ tags: tags(request.params) })
  return reply.status(204).send()
})

await app.listen({ port: Number(process.env.PORT ?? 3000) })
