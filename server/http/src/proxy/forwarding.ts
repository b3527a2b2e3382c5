import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { hostOf, isTls } from '../http2.ts'
import { fieldOf, type HeaderList } from './header-list.ts'

/** What a proxy calls itself in Via (RFC 9110 §7.6.3). */
export const pseudonym = 'hotpath'

/** What proxies say of the client: ours to write anew, or to carry on where those in front of us are trusted. */
export const forwardingFields: ReadonlySet<string> = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-scheme',
  'x-real-ip',
])

/** How often a request may pass proxies of this name before it is taken to go round in circles. */
const mostPasses = 8

/** Whether a request has come by here too often to be going anywhere. */
export function isLooping(via: string | undefined): boolean {
  if (via === undefined) return false
  return via.split(',').filter((hop) => hop.trim().split(/\s+/)[1] === pseudonym).length >= mostPasses
}

/** Via with one hop more: the protocol in which the message was received, and who received it. */
export function viaWith(before: string | undefined, httpVersion: string): string {
  const hop = `${httpVersion} ${pseudonym}`
  return before === undefined ? hop : `${before}, ${hop}`
}

/**
 * The fields that tell the origin of the client: X-Forwarded-For, -Host, -Proto and Forwarded (RFC 7239). What the
 * request says of this itself is carried on where `trusts` is set, and counts for nothing otherwise.
 */
export function forwardingHeaders(request: IncomingMessage, trusts: boolean): HeaderList {
  const { socket, rawHeaders } = request
  const named = hostOf(request.headers)
  const before = (name: string) => (trusts ? fieldOf(rawHeaders, name) : undefined)
  const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'unknown'
  const host = before('x-forwarded-host') ?? named
  const scheme = isTls(socket) ? 'https' : 'http'
  const proto = before('x-forwarded-proto') ?? scheme
  const addresses = before('x-forwarded-for')
  const list: HeaderList = [
    'X-Forwarded-For',
    addresses === undefined ? address : `${addresses}, ${address}`,
    'X-Forwarded-Proto',
    proto,
  ]
  if (host !== undefined) list.push('X-Forwarded-Host', host)
  const forwarded = before('forwarded')
  const ours = forwardedElement(address, named, scheme)
  list.push('Forwarded', forwarded === undefined ? ours : `${forwarded}, ${ours}`)
  return list
}

function forwardedElement(address: string, host: string | undefined, proto: string): string {
  const node = isIPv6(address) ? `"[${address}]"` : address
  const asked = host === undefined ? '' : `;host="${host.replaceAll(/["\\]/g, '\\$&')}"`
  return `for=${node}${asked};proto=${proto}`
}
