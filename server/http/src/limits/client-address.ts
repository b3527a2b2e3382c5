import { BlockList, isIP, isIPv6 } from 'node:net'
import { headersOf } from '../arriving-request.ts'
import { httpErrors } from '../errors.ts'
import { peerOf } from '../peer.ts'
import type { RequestHead } from '../request-head.ts'

/** Which proxies in front of the server are believed to say where a request comes from. */
export interface TrustedProxies {
  /** How many there are, each of which adds one address; or their addresses, single ones or CIDR ranges. */
  readonly trust: number | readonly string[]
  /** In which header they say it: one that they overwrite or add to, else any client writes what it likes. @default 'x-forwarded-for' */
  readonly header?: 'x-forwarded-for' | 'forwarded'
}

/** Finds the address of the client that the last trusted proxy saw; the peer's where nothing else can be believed. */
export type ClientAddress = (request: RequestHead) => string

/** Where there is no peer address, as on a Unix socket, all clients are one. */
const noAddress = 'local'

/** More than anybody has one behind the other. */
const mostProxies = 32

/**
 * Reads addresses from the right, where the nearest proxy writes: whatever a client sends stands further left.
 * @throws HP_HTTP_PROXIES_INVALID
 */
export function createClientAddress(proxies?: TrustedProxies): ClientAddress {
  const nearest = (request: RequestHead) => peerOf(request) ?? noAddress
  if (!proxies || proxies.trust === 0) return nearest
  const { trust, header = 'x-forwarded-for' } = proxies
  const isTrusted = typeof trust === 'number' ? byCount(trust) : byRange(trust)
  return (request) => {
    let address = nearest(request)
    const field = headersOf(request)[header]
    if (typeof field !== 'string') return address
    let end = field.length
    for (let hop = 0; hop < mostProxies && end > 0 && isTrusted(address, hop); hop++) {
      const comma = field.lastIndexOf(',', end - 1)
      const said = field.slice(comma + 1, end).trim()
      const next = header === 'forwarded' ? forwardedFor(said) : withoutPort(said)
      if (isIP(next) === 0) return address
      address = next
      end = comma
    }
    return address
  }
}

function byCount(count: number): (address: string, hop: number) => boolean {
  if (!Number.isSafeInteger(count) || count < 0 || count > mostProxies) {
    throw httpErrors.HP_HTTP_PROXIES_INVALID({ given: String(count) })
  }
  return (_, hop) => hop < count
}

function byRange(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits, ...rest] = range.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    const width = family === 'ipv6' ? 128 : 32
    const prefix = bits === undefined ? width : Number(bits)
    const isRange = isIP(address) !== 0 && rest.length === 0 && /^\d*$/.test(bits ?? '') && bits !== ''
    if (!isRange || prefix > width) throw httpErrors.HP_HTTP_PROXIES_INVALID({ given: JSON.stringify(range) })
    list.addSubnet(address, prefix, family)
  }
  // An IPv4 peer of a socket that listens on both families comes as IPv6; BlockList sees through that.
  return (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** `203.0.113.7:4711` and `[2001:db8::7]:4711`, as some proxies write. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)
  if (bracketed) return bracketed[1]!
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text
}

/** The `for` of one element (RFC 7239 §4); empty for `unknown` and for names. */
function forwardedFor(element: string): string {
  const found = /(?:^|;)\s*for\s*=\s*("[^"]*"|[^;,"\s]+)\s*(?=;|$)/i.exec(element)?.[1] ?? ''
  return withoutPort(found.startsWith('"') ? found.slice(1, -1) : found)
}
