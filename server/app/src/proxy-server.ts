import http, { type RequestListener } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { interceptRequests } from '@hotpath/http'
import { isWebSocket, type Proxy } from '@hotpath/http/proxy'
import { appErrors } from './errors.ts'
import { listenError } from './listen-error.ts'

/** Files in PEM form. */
export interface TlsFiles {
  /** The certificate, with those that lead to a trusted one. */
  cert: string
  key: string
}

/** The server of a proxy: HTTP/1.1, or with TLS files HTTP/2 and HTTP/1.1. */
export interface ProxyServer {
  readonly server: http.Server
  readonly scheme: 'http' | 'https'
  /** Reads the TLS files again, for connections from now on. @throws HP_TLS_UNREADABLE, and then nothing changes */
  reload(): Promise<void>
}

/**
 * Makes the server in front of a proxy; it does not listen yet.
 * @throws HP_TLS_UNREADABLE
 */
export async function createProxyServer(
  listener: RequestListener,
  upgrade: Proxy['upgrade'],
  tls: TlsFiles | undefined,
): Promise<ProxyServer> {
  const server = tls ? await createSecureServer(tls, listener) : createPlainServer(listener)
  server.on('upgrade', upgrade)
  return {
    server: server as http.Server,
    scheme: tls ? 'https' : 'http',
    async reload() {
      if (tls) (server as http2.Http2SecureServer).setSecureContext(await readTls(tls))
    },
  }
}

/** Its listener gets requests whose headers need not be made where those of others were the same. */
function createPlainServer(listener: RequestListener): http.Server {
  const server = http.createServer({ shouldUpgradeCallback: isWebSocket })
  interceptRequests(server, () => listener)
  return server
}

async function createSecureServer(
  tls: TlsFiles,
  listener: RequestListener,
): Promise<http2.Http2SecureServer> {
  const given = { ...(await readTls(tls)), allowHTTP1: true, shouldUpgradeCallback: isWebSocket }
  try {
    return http2.createSecureServer(given, listener as never)
  } catch (cause) {
    throw unreadable(tls, cause)
  }
}

async function readTls(tls: TlsFiles): Promise<{ cert: Buffer; key: Buffer }> {
  try {
    const [cert, key] = await Promise.all([readFile(tls.cert), readFile(tls.key)])
    return { cert, key }
  } catch (cause) {
    throw unreadable(tls, cause)
  }
}

function unreadable({ cert, key }: TlsFiles, cause: unknown): Error {
  const problem = (cause as Error).message
  return appErrors.HP_TLS_UNREADABLE({ cert, key, problem }, { cause })
}

/**
 * Listens, and tells the port.
 * @throws HP_PORT_BUSY, HP_PORT_REFUSED
 */
export async function listenOn(server: http.Server, port: number, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port, address)))
    server.listen(port, address, resolve)
  })
  return (server.address() as AddressInfo).port
}
