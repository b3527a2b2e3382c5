/** Where a request goes, as far as cookies are concerned. */
export interface CookieUrl {
  /** In lower case, without the port: cookies do not know ports (RFC 6265 §8.5). */
  host: string
  /** May carry a query. */
  path: string
  secure: boolean
}

/** The cookies of one user, by the rules of RFC 6265. */
export interface Cookies {
  /** The value of the cookie called `name`, whatever it is for; undefined when there is none. */
  get(name: string): string | undefined
  /** Sets a cookie that goes with every request. */
  set(name: string, value: string): void
  /** Removes every cookie called `name`. */
  delete(name: string): void
  clear(): void
  /** Applies the Set-Cookie lines of an answer to a request to `url` (§5.3). */
  store(url: CookieUrl, setCookie: string | readonly string[] | undefined, now: number): void
  /** The Cookie header of a request to `url` (§5.4), or null when there is none. */
  header(url: CookieUrl, now: number): string | null
}

interface Cookie {
  name: string
  value: string
  /** Null goes everywhere. */
  domain: string | null
  /** Whether it goes to `domain` alone, and not to hosts below it. */
  hostOnly: boolean
  path: string
  secure: boolean
  /** Infinity lasts as long as the session. */
  expiresAt: number
}

/** As many as browsers keep for a site; the oldest makes way. */
const mostCookies = 180
const longestCookie = 4096

export function createCookies(): Cookies {
  let kept: Cookie[] = []

  function put(cookie: Cookie, now: number): void {
    const same = kept.findIndex(
      ({ name, domain, path }) => name === cookie.name && domain === cookie.domain && path === cookie.path,
    )
    if (cookie.expiresAt <= now) {
      if (same >= 0) kept.splice(same, 1)
    } else if (same >= 0) kept[same] = cookie
    else kept.push(cookie)
    if (kept.length > mostCookies) kept.shift()
  }

  return {
    get: (name) => kept.find((cookie) => cookie.name === name)?.value,
    set(name, value) {
      const everywhere = { domain: null, hostOnly: false, path: '/', secure: false, expiresAt: Infinity }
      put({ name, value, ...everywhere }, 0)
    },
    delete(name) {
      kept = kept.filter((cookie) => cookie.name !== name)
    },
    clear() {
      kept = []
    },
    store(url, setCookie, now) {
      if (setCookie === undefined) return
      for (const line of typeof setCookie === 'string' ? [setCookie] : setCookie) {
        const cookie = parseSetCookie(line, url, now)
        if (cookie) put(cookie, now)
      }
    },
    header(url, now) {
      if (kept.length === 0) return null
      const sent = kept.filter((cookie) => cookie.expiresAt > now && isFor(cookie, url))
      if (sent.length === 0) return null
      // Longer paths first, then the older (§5.4 step 2); the sort is stable.
      sent.sort((a, b) => b.path.length - a.path.length)
      return sent.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
  }
}

function parseSetCookie(line: string, url: CookieUrl, now: number): Cookie | null {
  if (line.length > longestCookie) return null
  const [pair = '', ...rest] = line.split(';')
  const equals = pair.indexOf('=')
  if (equals < 1) return null
  const attributes = new Map(
    rest.map((attribute) => {
      const at = attribute.indexOf('=')
      const name = at < 0 ? attribute : attribute.slice(0, at)
      return [name.trim().toLowerCase(), at < 0 ? '' : attribute.slice(at + 1).trim()]
    }),
  )
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase()
  // A cookie for a host that the answer does not speak for, or for a whole top-level domain, is refused.
  if (domain !== '' && (!belongsTo(url.host, domain) || (!domain.includes('.') && domain !== url.host)))
    return null
  const path = attributes.get('path') ?? ''
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    domain: domain === '' ? url.host : domain,
    hostOnly: domain === '',
    path: path.startsWith('/') ? path : defaultPath(url.path),
    secure: attributes.has('secure'),
    expiresAt: expiry(attributes, now),
  }
}

/** Max-Age wins over Expires (§5.3 step 3). */
function expiry(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) {
    return Number(maxAge) <= 0 ? -Infinity : now + Number(maxAge) * 1000
  }
  const expires = attributes.get('expires')
  const at = expires === undefined ? Number.NaN : Date.parse(expires)
  return Number.isNaN(at) ? Infinity : at
}

function isFor({ domain, hostOnly, path, secure }: Cookie, url: CookieUrl): boolean {
  if (domain !== null && (hostOnly ? domain !== url.host : !belongsTo(url.host, domain))) return false
  // Browsers trust the loopback host without TLS, and so send it Secure cookies too.
  if (secure && !url.secure && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(url.host)) return false
  return pathMatches(url.path, path)
}

/** RFC 6265 §5.1.3. */
function belongsTo(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host))
}

/** RFC 6265 §5.1.4. */
function pathMatches(requested: string, path: string): boolean {
  const query = requested.indexOf('?')
  const plain = query < 0 ? requested : requested.slice(0, query)
  return plain === path || (plain.startsWith(path) && (path.endsWith('/') || plain[path.length] === '/'))
}

function defaultPath(requested: string): string {
  const plain = requested.split('?', 1)[0]!
  const last = plain.lastIndexOf('/')
  return last <= 0 ? '/' : plain.slice(0, last)
}
