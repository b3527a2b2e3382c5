import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { headersOf } from '../arriving-request.ts'
import { forwardingFields } from './forwarding.ts'
import { connectionOptions } from './header-list.ts'

/**
 * Brings a request into the form in which the cache and the origin are to see it, before either does: what decides an
 * answer and what it is stored under must be the same.
 *
 * - An absolute target becomes a path, and its authority the Host (RFC 9112 §3.2.2).
 * - Fields that Connection lists are gone: the origin will not see them, so no Vary may choose by them.
 * - What a client says of forwarding counts only behind a proxy that is trusted.
 */
export function receive(request: IncomingMessage, { trusts }: { trusts: boolean }): void {
  const { url = '/' } = request
  if (url.charCodeAt(0) !== 47 /* a slash */) readAbsoluteTarget(request, url)
  // What is only looked at may be what earlier requests have in common; what is changed is this one's own.
  const headers = headersOf(request)
  const { connection } = headers
  if (connection !== undefined && !isPlain(connection)) drop(request, listedFields(connection))
  if (!trusts && saysForwarded(headers)) drop(request, forwardingFields)
}

/** The last of these for header fields alone, which hold no Connection but a plain one. */
export function receiveFields(headers: IncomingHttpHeaders, { trusts }: { trusts: boolean }): void {
  if (!trusts && saysForwarded(headers)) for (const name of forwardingFields) delete headers[name]
}

function saysForwarded(headers: IncomingHttpHeaders): boolean {
  for (const name of forwardingFields) if (headers[name] !== undefined) return true
  return false
}

/** What nearly every client sends, told apart without cutting it up. */
const isPlain = (connection: string) =>
  connection === 'keep-alive' || connection === 'close' || connection === 'Keep-Alive'

/** Fields that are read before the origin is asked keep their place whatever Connection says of them. */
const neverDropped: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
])

function listedFields(connection: string): ReadonlySet<string> {
  return new Set(connectionOptions(connection).filter((name) => !neverDropped.has(name)))
}

function drop({ headers, rawHeaders }: IncomingMessage, names: ReadonlySet<string>): void {
  for (const name of names) delete headers[name]
  for (let index = rawHeaders.length - 2; index >= 0; index -= 2) {
    if (names.has(rawHeaders[index]!.toLowerCase())) rawHeaders.splice(index, 2)
  }
}

function readAbsoluteTarget(request: IncomingMessage, target: string): void {
  const parts = /^https?:\/\/([^/?#]+)([/?].*)?$/i.exec(target)
  if (parts === null) return
  const [, authority = '', rest = '/'] = parts
  request.headers.host = authority
  request.url = rest.startsWith('/') ? rest : `/${rest}`
}
