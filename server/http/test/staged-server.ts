import http, { type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { interceptRequests } from '@hotpath/http'

/** A server with a stage before its application, and what is sent to it as it is. */
export interface Staged extends AsyncDisposable {
  readonly server: http.Server
  /** Sends heads one behind the other on one connection; everything that comes back until the server closes it. */
  send(heads: readonly string[]): Promise<string>
}

/** Puts `stage` before the application as `attach` puts the cache there. */
export async function startStaged(
  stage: (next: RequestListener) => RequestListener,
  listener: RequestListener,
  options: http.ServerOptions = {},
): Promise<Staged> {
  const server = http.createServer(options, listener)
  interceptRequests(server, stage)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    server,
    send: (heads) => send(port, heads),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function send(port: number, heads: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answers = ''
    const socket = connect(port, '127.0.0.1').setEncoding('latin1').once('error', reject)
    socket.on('data', (text: string) => (answers += text)).once('close', () => resolve(answers))
    socket.end(heads.join(''), 'latin1')
  })
}

/** The head of a GET with these lines. */
export const head = (target: string, lines: readonly string[]): string =>
  [`GET ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n')
