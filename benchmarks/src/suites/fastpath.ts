import { fastBars } from '../http/fast-bars.ts'
import { idleBar } from '../http/idle-bar.ts'
import { mixedBar } from '../http/mixed-bar.ts'
import type { Suite } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** Hits answered from the socket, beside the caches that people put before Node, and beside Node itself. */
export const fastpath: Suite = {
  name: 'fastpath',
  description:
    'hits answered from the socket beside nginx, Varnish and bare node:http; memory of idle connections',
  versions: () => ({
    fastify: packageVersion('fastify'),
    nginx: programVersion('nginx', '-v'),
    varnish: programVersion('varnishd', '-V'),
    wrk: programVersion('wrk', '-v'),
  }),
  async run(context) {
    return [...(await fastBars(context)), await mixedBar(context), await idleBar(context)]
  },
}
