import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import type { RequestHead } from '../request-head.ts'
import { addressKey } from './address-key.ts'
import { type ClientAddress, createClientAddress, type TrustedProxies } from './client-address.ts'

/**
 * Whose requests are counted together: a name that the application has checked (a signed-in user, an API key), or
 * undefined to count by address.
 */
export type IdentityOf = (request: RequestHead) => string | undefined

/** Longer names are kept as their digest. */
const longestName = 64

const kKey = Symbol('hotpath.http.address')
type KeptSocket = Socket & { [kKey]?: string }

/**
 * Keys by the client's address. Without proxies it is that of the connection, and read once for it.
 * @throws HP_HTTP_PROXIES_INVALID
 */
export function createAddressKey(proxies?: TrustedProxies): (request: RequestHead) => string {
  const addressOf = createClientAddress(proxies)
  if (proxies && proxies.trust !== 0) return (request) => keyFor(addressOf, request)
  return (request) => {
    const socket = request.socket as KeptSocket
    return (socket[kKey] ??= keyFor(addressOf, request))
  }
}

function keyFor(addressOf: ClientAddress, request: RequestHead): string {
  const address = addressOf(request)
  return addressKey(address) ?? address
}

/** Keys by identity where there is one. No name can pass for an address, nor the other way round. */
export function createIdentityKey(
  identityOf: IdentityOf,
  addressOf: (request: RequestHead) => string,
): (request: RequestHead) => string {
  return (request) => {
    const name = identified(identityOf, request)
    if (name === undefined) return addressOf(request)
    const isPlain = name.length <= longestName && /^[\w.@-]+$/.test(name)
    return isPlain ? `u:${name}` : `#:${createHash('sha256').update(name).digest('base64url')}`
  }
}

/**
 * What the application says; undefined where it says nothing. A function that fails on one odd request must not open
 * the door, nor close it for everybody.
 */
export function identified(identityOf: IdentityOf, request: RequestHead): string | undefined {
  try {
    const name: unknown = identityOf(request)
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined
  }
}
