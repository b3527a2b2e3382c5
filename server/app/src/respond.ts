import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admitted } from './guard.ts'

/** Answers one of Hotpath's own paths; of open ones everybody is a viewer. */
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  caller: Admitted,
) => void | Promise<void>

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(value))
}

/** RFC 9457 problem details. */
export function sendProblem(response: ServerResponse, status: number, detail: string): void {
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
  }
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="hotpath"'
  response.writeHead(status, headers).end(JSON.stringify({ status, detail }))
}
