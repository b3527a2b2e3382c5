import { createCache, createTagSpace } from '@hotpath/cache'
import { createHttpCache } from '@hotpath/http'
import { Get, nestRoutes } from '@hotpath/http/nest'
import { Controller, HttpCode, Module, Param, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { addVote, loadBallot } from './ballots.ts'

const space = createTagSpace()
const objects = createCache({ namespace: 'ballots', tags: space })
const tags = ({ id }: { id: string }) => [`ballot:${id}`]

@Controller()
class Ballots {
  @Get('/ballots/:id', { fresh: '1h', stale: '1d', tags })
  ballot(@Param('id') id: string) {
    return loadBallot(id)
  }

  @Post('/votes/:id')
  @HttpCode(204)
  async vote(@Param('id') id: string) {
    await addVote(id)
    await objects.invalidate({ tags: tags({ id }) })
  }
}

@Module({ controllers: [Ballots] })
class Root {}

const app = await NestFactory.create(Root)
createHttpCache({ tags: space, routes: nestRoutes(app) }).attach(app.getHttpServer())
await app.listen(process.env.PORT ?? 3000)
