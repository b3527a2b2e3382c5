import { cacheErrors } from '../errors.ts'

/** One Redis server and how to log in there. */
export interface RedisAddress {
  host: string
  port: number
  tls: boolean
  username?: string
  password?: string
  /** @default 0 */
  database: number
}

const usualPort = 6379

/**
 * Reads `redis://user:password@host:port/database`, or `rediss://` for TLS; several are separated by commas.
 * @throws HP_CACHE_REDIS_URL_INVALID, which never repeats the url
 */
export function readAddresses(url: string): readonly [RedisAddress, ...RedisAddress[]] {
  // A password may hold a comma, so a comma separates only where another url follows.
  const [first = '', ...others] = url.split(/,\s*(?=rediss?:\/\/)/)
  return [readAddress(first), ...others.map(readAddress)]
}

function readAddress(text: string): RedisAddress {
  if (!URL.canParse(text)) throw invalid('it is not a URL')
  const { protocol, hostname, port, username, password, pathname } = new URL(text)
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    throw invalid('it does not begin with redis:// or rediss://')
  if (hostname === '') throw invalid('it names no host')
  if (hostname.includes(',')) throw invalid('of several, each must begin with redis:// or rediss://')
  if (!/^\/?\d*$/.test(pathname)) throw invalid('what follows the host is the number of a database')
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? usualPort : Number(port),
    tls: protocol === 'rediss:',
    ...(username === '' ? {} : { username: decoded(username) }),
    ...(password === '' ? {} : { password: decoded(password) }),
    database: Number(pathname.slice(1)),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('its user or password holds a % that encodes nothing')
  }
}

const invalid = (problem: string): Error => cacheErrors.HP_CACHE_REDIS_URL_INVALID({ problem })

/** As it is shown to people: without user and password. */
export const addressText = ({ host, port }: RedisAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`
