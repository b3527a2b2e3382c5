import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { paths } from '@hotpath/core'
import { appErrors } from '../errors.ts'
import { type Answer, sendJson, sendProblem } from '../respond.ts'
import type { LoadControls } from './load-controls.ts'
import { readLoadStart } from './load-request.ts'

/** Most runs of a side that are compared at once. */
const mostCompared = 30

/** The guarded paths of load runs, by method and path. */
export function loadPaths(loads: LoadControls): Record<string, Answer> {
  return {
    [`GET ${paths.loads}`]: async (_, response) => sendJson(response, 200, await loads.list()),
    [`GET ${paths.loadRun}`]: async (request, response) => {
      const run = await loads.open(queryOf(request).get('id') ?? '')
      if (run) sendJson(response, 200, run)
      else sendProblem(response, 404, 'There is no such load run.')
    },
    [`POST ${paths.loadStart}`]: async (request, response) => {
      const origin = ownOrigin(request)
      sendJson(
        response,
        202,
        await loads.start(await readLoadStart(request, await loads.scenarios()), origin),
      )
    },
    [`POST ${paths.loadStop}`]: (_, response) => sendJson(response, 200, { stopped: loads.stop() }),
    [`GET ${paths.loadCompare}`]: async (request, response) => {
      const query = queryOf(request)
      sendJson(response, 200, await loads.compare(idsOf(query, 'a'), idsOf(query, 'b')))
    },
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at === -1 ? '' : url.slice(at))
}

function idsOf(query: URLSearchParams, name: string): string[] {
  const ids = (query.get(name) ?? '').split(',').filter((id) => id !== '')
  if (ids.length > 0 && ids.length <= mostCompared) return ids
  throw appErrors.HP_LOAD_RUN_UNKNOWN({ given: `${ids.length} runs as ${name}` })
}

/**
 * Where the generator reaches this process: the very address that the request came in by. What a request says of itself
 * (Host, forwarding headers) would let it choose whom the load goes to.
 */
function ownOrigin({ socket }: IncomingMessage): string {
  const { localAddress, localPort } = socket
  if (localAddress === undefined || localPort === undefined) {
    throw appErrors.HP_LOAD_UNAVAILABLE({ problem: 'this application does not listen on a TCP port' })
  }
  const plain = localAddress.replace(/^::ffff:/, '')
  const host = plain.includes(':') ? `[${plain}]` : plain
  return `${(socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http'}://${host}:${localPort}`
}
