import { createAdaptorServer } from '@hono/node-server'
import { createTagSpace } from '@hotpath/cache'
import { createHttpCache } from '@hotpath/http'
import { honoRoutes } from '@hotpath/http/hono'
import { Hono } from 'hono'
import { addVote, loadBallot } from './ballots.ts'

const app = new Hono()
const routes = honoRoutes(app)

const tags = ({ id }: { id: string }) => [`ballot:${id}`]
routes.get('/ballots/:id', { fresh: '1h', stale: '1d', tags }, async (context) => {
  return context.json(await loadBallot(context.req.param('id')))
})
app.post('/votes/:id', async (context) => {
  await addVote(context.req.param('id'))
  await cache.invalidate({ tags: tags(context.req.param()) })
  return context.body(null, 204)
})

const cache = createHttpCache({ tags: createTagSpace(), routes: routes.routes })
const server = createAdaptorServer(app)
cache.attach(server)
server.listen(process.env.PORT ?? 3000)
