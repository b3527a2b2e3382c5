import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const kRequests = Symbol('hotpath.http.requests')
type CountedSocket = Socket & { [kRequests]?: number }
type LastResponse = ServerResponse & { maxRequestsOnConnectionReached?: boolean }

/** Notes how many requests of a socket were answered before node:http has it, which begins to count anew. */
export function noteRequests(socket: Socket, answered: number): void {
  ;(socket as CountedSocket)[kRequests] = answered
}

/** What Node emits for a request: each of them is one that `maxRequestsPerSocket` counts. */
const requestEvents: ReadonlySet<string | symbol> = new Set(['request', 'checkContinue', 'checkExpectation'])

/** Lets `server.maxRequestsPerSocket` count the requests that were answered before node:http had their socket. */
export function countRequestsAcross(server: Server): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean
  const counting = (event: string | symbol, ...args: unknown[]) => {
    if (requestEvents.has(event) && server.maxRequestsPerSocket! > 0) {
      const [request, response] = args as [IncomingMessage, LastResponse]
      if (isTooMany(server.maxRequestsPerSocket!, request.socket, response)) {
        emit('dropRequest', request, request.socket)
        response.writeHead(503).end()
        return true
      }
    }
    return emit(event, ...args)
  }
  Object.assign(server, { emit: counting })
}

/** Counts one request; the last of its socket is answered with `Connection: close`, and those behind it not at all. */
function isTooMany(most: number, socket: CountedSocket, response: LastResponse): boolean {
  const before = socket[kRequests]
  if (before === undefined) return false
  socket[kRequests] = before + 1
  if (before + 1 === most) response.maxRequestsOnConnectionReached = true
  return before + 1 > most
}
