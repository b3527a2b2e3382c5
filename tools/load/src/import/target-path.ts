/**
 * Path and query of a URL below `origin`, or of a relative one; null when it leads to another host. Templates that are
 * not filled in yet are left as they are.
 */
export function pathOf(url: string, origin: string | null): string | null {
  if (url.startsWith('/') && !url.startsWith('//')) return encodePath(url)
  if (!/^[a-z][a-z\d+.-]*:/i.test(url)) return encodePath(`/${url.replace(/^\/+/, '')}`)
  const parsed = URL.parse(url)
  if (parsed === null || (origin !== null && parsed.origin !== origin)) return null
  return parsed.pathname + parsed.search
}

/** A URL without its fragment, written as it may be sent: a space or a line break from a variable must not split the head. */
function encodePath(url: string): string {
  const parsed = URL.parse(url, 'http://placeholder.invalid')
  return parsed === null ? '/' : parsed.pathname + parsed.search
}
