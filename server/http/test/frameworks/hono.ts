import { type HttpBindings, createAdaptorServer } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { honoRoutes } from '@hotpath/http/hono'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import {
  answerRaw,
  bigBody,
  cacheable,
  chunks,
  type Framework,
  greeting,
  lasting,
  options,
} from './application.ts'

export const honoFramework: Framework = {
  name: 'Hono 4',
  protocol: 'http/1.1',
  build(application, makeCache) {
    const app = new Hono<{ Bindings: HttpBindings }>()
    const run = () => String(application.runs)
    app.use(async (_context, next) => {
      application.runs += 1
      await next()
    })
    app.onError((_error, context) => context.text(run(), 500, cacheable))
    const routes = honoRoutes(app)
    routes.get('/item/:id', options.item, (context) =>
      context.json({ id: context.req.param('id'), run: application.runs }, application.isBroken ? 500 : 200),
    )
    routes.post('/item/:id', {}, (context) => context.body(null, 204))
    routes.get('/error', options.error, () => {
      throw new Error('meant to happen')
    })
    routes.get('/mine', options.mine, (context) => context.text(run(), 200, cacheable))
    app.get('/own', (context) => context.text(run(), 200, cacheable))
    app.get('/big', (context) => context.text(bigBody(application.runs), 200, cacheable))
    app.get('/stream', (context) => {
      context.header('cache-control', cacheable['cache-control'])
      return stream(context, async (written) => {
        for (const chunk of chunks) await written.write(chunk)
      })
    })
    app.get('/cookie', (context) => context.text(run(), 200, { ...cacheable, 'set-cookie': 'a=1' }))
    app.get('/greet', (context) =>
      context.text(greeting(context.env.incoming), 200, { 'cache-control': 'max-age=60' }),
    )
    app.get('/flaky', (context) => context.text(run(), application.isBroken ? 503 : 200, lasting))
    app.get('/slow/1', async (context) => {
      const answer = run()
      await application.until
      return context.text(answer, 200, cacheable)
    })
    app.get('/raw/*', (context) => {
      answerRaw(context.env.incoming, context.env.outgoing, application)
      return RESPONSE_ALREADY_SENT
    })
    const server = createAdaptorServer(app)
    makeCache(routes.routes).attach(server)
    return server
  },
}
