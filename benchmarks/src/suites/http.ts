import { codedBars } from '../http/coded-bars.ts'
import { costBars } from '../http/cost-bars.ts'
import { hitBars } from '../http/hit-bars.ts'
import type { Suite } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** Hits, compressed hits, misses and many responses, beside bare node:http and the caches people use. */
export const http: Suite = {
  name: 'http',
  description:
    'cached hits beside bare node:http, Express with apicache, Fastify, nginx and Varnish; what a miss costs',
  versions: () => ({
    fastify: packageVersion('fastify'),
    express: packageVersion('express'),
    apicache: packageVersion('apicache'),
    compression: packageVersion('compression'),
    nginx: programVersion('nginx', '-v'),
    varnish: programVersion('varnishd', '-V'),
    wrk: programVersion('wrk', '-v'),
  }),
  async run(context) {
    return [...(await hitBars(context)), ...(await codedBars(context)), ...(await costBars(context))]
  },
}
