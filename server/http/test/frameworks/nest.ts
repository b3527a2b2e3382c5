import 'reflect-metadata'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { Get as Route, nestRoutes, Post } from '@hotpath/http/nest'
import {
  Controller,
  Get,
  Header,
  HttpCode,
  HttpException,
  type INestApplication,
  Module,
  Param,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import {
  type Application,
  answerRaw,
  bigBody,
  cacheable,
  chunks,
  type Framework,
  greeting,
  lasting,
  type MakeCache,
  options,
} from './application.ts'

/** What an adapter hands to a handler for `@Res()`. */
interface Reply {
  raw?: ServerResponse
  hijack?: () => void
  status(code: number): unknown
}

/** Decorators as a compiler would apply them: Node strips types, and runs no decorators. */
function decorate<T extends object>(
  controller: new () => T,
  decorators: { [Name in keyof T]?: readonly MethodDecorator[] },
): void {
  for (const [name, list] of Object.entries(decorators) as [string, MethodDecorator[]][]) {
    const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, name)!
    for (const apply of list.toReversed()) apply(controller.prototype, name, descriptor)
  }
}

const cached = Header('Cache-Control', cacheable['cache-control'])
const kept = Header('CDN-Cache-Control', lasting['cdn-cache-control'])
const argument =
  (index: number, decorator: ParameterDecorator): MethodDecorator =>
  (target, name) =>
    decorator(target, name, index)

function createModule(application: Application): new () => object {
  class Controlled {
    item(id: string) {
      if (application.isBroken) throw new HttpException('broken', 500)
      return { id, run: application.runs }
    }
    changed() {}
    error() {
      throw new HttpException(String(application.runs), 500)
    }
    mine() {
      return String(application.runs)
    }
    own() {
      return String(application.runs)
    }
    big() {
      return bigBody(application.runs)
    }
    stream() {
      return new StreamableFile(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))
    }
    cookie() {
      return String(application.runs)
    }
    greet(request: IncomingMessage) {
      return greeting(request)
    }
    flaky(reply: Reply) {
      reply.status(application.isBroken ? 503 : 200)
      return String(application.runs)
    }
    async slow() {
      const answer = String(application.runs)
      await application.until
      return answer
    }
    raw(request: IncomingMessage & { raw?: IncomingMessage }, reply: Reply & ServerResponse) {
      reply.hijack?.()
      answerRaw(request.raw ?? request, reply.raw ?? reply, application)
    }
  }
  decorate(Controlled, {
    item: [Route('/item/:id', options.item), argument(0, Param('id'))],
    changed: [Post('/item/:id', {}), HttpCode(204)],
    error: [Route('/error', options.error), cached],
    mine: [Route('/mine', options.mine), cached],
    own: [Get('own'), cached],
    big: [Get('big'), cached],
    stream: [Get('stream'), cached],
    cookie: [Get('cookie'), cached, Header('Set-Cookie', 'a=1')],
    greet: [Get('greet'), Header('Cache-Control', 'max-age=60'), argument(0, Req())],
    flaky: [Get('flaky'), kept, argument(0, Res({ passthrough: true }))],
    slow: [Get('slow/1'), cached],
    raw: [Get('raw/:form'), argument(0, Req()), argument(1, Res())],
  })
  Controller()(Controlled)
  class Root {
    readonly name = 'contract'
  }
  Module({ controllers: [Controlled] })(Root)
  return Root
}

async function build(
  app: INestApplication,
  application: Application,
  makeCache: MakeCache,
): Promise<ReturnType<INestApplication['getHttpServer']>> {
  app.use((_request: unknown, _response: unknown, next: () => void) => {
    application.runs += 1
    next()
  })
  const server = app.getHttpServer()
  makeCache(nestRoutes(app)).attach(server)
  await app.init()
  return server
}

export const nestOnExpress: Framework = {
  name: 'NestJS 12 on Express',
  protocol: 'http/1.1',
  async build(application, makeCache) {
    const app = await NestFactory.create(createModule(application), new ExpressAdapter(), { logger: false })
    return build(app, application, makeCache)
  },
}

export const nestOnFastify: Framework = {
  name: 'NestJS 12 on Fastify',
  protocol: 'http/1.1',
  async build(application, makeCache) {
    const app = await NestFactory.create(createModule(application), new FastifyAdapter(), { logger: false })
    const server = await build(app, application, makeCache)
    await app.getHttpAdapter().getInstance().ready()
    return server
  },
}
