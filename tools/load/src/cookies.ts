/** The cookies of one user: name to value. All requests go to one origin, so domain and path are not looked at. */
export type Cookies = Map<string, string>

/**
 * Applies the Set-Cookie lines of an answer (RFC 6265 §5.2). An expiry in the past removes the cookie; a later one is
 * not kept, because no run lasts that long.
 */
export function storeCookies(
  cookies: Cookies,
  setCookie: string | readonly string[] | undefined,
  now: number,
): void {
  if (setCookie === undefined) return
  for (const line of typeof setCookie === 'string' ? [setCookie] : setCookie) {
    const [pair = '', ...attributes] = line.split(';')
    const equals = pair.indexOf('=')
    if (equals < 1) continue
    const name = pair.slice(0, equals).trim()
    if (isExpired(attributes, now)) cookies.delete(name)
    else cookies.set(name, pair.slice(equals + 1).trim())
  }
}

/** The value of the Cookie header, or null when there are none. */
export function cookieHeader(cookies: Cookies): string | null {
  if (cookies.size === 0) return null
  return Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
}

/** Max-Age wins over Expires (RFC 6265 §5.3). */
function isExpired(attributes: readonly string[], now: number): boolean {
  const values = new Map(
    attributes.map((attribute) => {
      const [name = '', value = ''] = attribute.split('=', 2)
      return [name.trim().toLowerCase(), value.trim()]
    }),
  )
  const maxAge = values.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0
  const expires = values.get('expires')
  return expires !== undefined && Date.parse(expires) <= now
}
