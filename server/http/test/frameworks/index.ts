import type { Framework } from './application.ts'
import { expressFramework } from './express.ts'
import { fastifyFramework, fastifyHttp2 } from './fastify.ts'
import { honoFramework } from './hono.ts'
import { nestOnExpress, nestOnFastify } from './nest.ts'
import { plain, plainHttp2, secureHttp2 } from './node.ts'

/** The frameworks of the contract. */
export const frameworks: readonly Framework[] = [
  plain,
  expressFramework,
  fastifyFramework,
  nestOnExpress,
  nestOnFastify,
  honoFramework,
  plainHttp2,
  secureHttp2,
  fastifyHttp2,
]
