/** The way to the sign-in page and back to `path`. */
export function signInLink(path: string): string {
  return `/sign-in?next=${encodeURIComponent(path)}`
}

/** Where to go after signing in. Only a path of this site: an address in a link must not lead anywhere else. */
export function pathAfterSignIn(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/'
}
