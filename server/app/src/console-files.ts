import type { RequestListener } from 'node:http'
import { paths } from '@hotpath/core'
import sirv from 'sirv'

/** Nothing inline, nothing from elsewhere: the console runs next to production data. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A path, not a query, with a name that begins with a dot. */
const hidden = /^[^?]*\/(\.|%2e)/i

/** Serves the console's built files under `/_hotpath/`; null means they have not been built. */
export function serveConsole(folder: string | null): RequestListener {
  if (folder === null) {
    return (_, response) => {
      response
        .writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
        .end('The console has not been built yet. Run: npx hotpath build\n')
    }
  }
  const files = sirv(folder, {
    // Looks for each file when it is asked for. What is listed once, at the start, and then replaced by a release or a
    // build would end the process: a file that cannot be opened any more is an error that nobody catches.
    dev: true,
    etag: true,
    brotli: true,
    gzip: true,
    // A link into the console names a screen, not a file: what has no ending is the page, which finds the screen.
    single: true,
    setHeaders(response, file) {
      response.setHeader('content-security-policy', policy)
      response.setHeader('x-content-type-options', 'nosniff')
      response.setHeader('referrer-policy', 'no-referrer')
      const immutable = file.startsWith('/assets/')
      response.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return (request, response) => {
    const url = request.url ?? '/'
    if (url === '/_hotpath') {
      response.writeHead(308, { location: paths.console }).end()
      return
    }
    const missing = (): void => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such file.\n')
    }
    request.url = url.slice(paths.console.length - 1)
    // What a build notes for itself is no part of the console.
    if (hidden.test(request.url)) missing()
    else files(request, response, missing)
  }
}
