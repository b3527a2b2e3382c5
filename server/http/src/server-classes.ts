import http, { IncomingMessage, type Server, ServerResponse } from 'node:http'

/** The classes of which a server makes its requests and responses. It keeps them under symbols, told by their names. */
type Kind = 'IncomingMessage' | 'ServerResponse'

type WithClasses = Server & Record<symbol, unknown>

const symbolOf = (server: Server, kind: Kind) =>
  Object.getOwnPropertySymbols(server).find(({ description }) => description === kind)

function classOf(server: Server, kind: Kind): unknown {
  const symbol = symbolOf(server, kind)
  return symbol && (server as WithClasses)[symbol]
}

/** Node's own class of requests, and what takes its place without anybody seeing a difference. */
const nodesRequests = new Set<unknown>([IncomingMessage])

/**
 * Whether a server is one of HTTP/1 that makes its requests and responses of Node's own classes: frameworks may give it
 * classes of their own, which want to see each of them.
 */
export function hasNodesClasses(server: object): server is Server {
  if (!(server instanceof http.Server)) return false
  return (
    classOf(server, 'ServerResponse') === ServerResponse &&
    nodesRequests.has(classOf(server, 'IncomingMessage'))
  )
}

/** Lets a server with Node's own classes make its requests of a stand-in for Node's, from the next request on. */
export function makeRequestsOf(server: Server, standIn: unknown): void {
  nodesRequests.add(standIn)
  ;(server as WithClasses)[symbolOf(server, 'IncomingMessage')!] = standIn
}
