import type { RequestHead } from './request-head.ts'

const kPeer = Symbol('hotpath.http.peer')

/** A request with the address of its peer. */
interface Kept {
  [kPeer]?: string | undefined
}

/** Keeps the address of a request's peer: once the connection is gone, Node knows it no more. */
export function keepPeer(request: RequestHead): void {
  ;(request as Kept)[kPeer] = request.socket.remoteAddress
}

/** The address of a request's peer; undefined on a Unix socket. */
export const peerOf = (request: RequestHead): string | undefined =>
  (request as Kept)[kPeer] ?? (request.socket as typeof request.socket | undefined)?.remoteAddress
