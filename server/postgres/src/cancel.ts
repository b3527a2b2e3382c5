import { type Client, Connection } from 'pg'

/** What a client knows of its server session, beyond its types. */
type Session = Client & { processID: number; secretKey: number; ssl: unknown; host: string; port: number }

type CancelConnection = Connection & {
  connect(port: number, host: string): void
  requestSsl(): void
  cancel(processId: number, secretKey: number): void
}

const giveUpMs = 5_000

/**
 * Asks the server, on a connection of its own, to cancel what the session of `client` is doing (CancelRequest of
 * PostgreSQL's protocol). Resolves when the server has passed it on or cannot be reached; it never rejects. Whether it
 * came in time shows in the statement's own answer.
 */
export function requestCancel(client: Client): Promise<void> {
  const { processID, secretKey, ssl, host, port } = client as Session
  const connection = new Connection({ ssl }) as CancelConnection
  return new Promise((resolve) => {
    const bound = setTimeout(() => connection.stream.destroy(), giveUpMs)
    const done = (): void => {
      clearTimeout(bound)
      resolve()
    }
    const ask = (): void => connection.cancel(processID, secretKey)
    connection.once('connect', () => (ssl ? connection.requestSsl() : ask()))
    connection.once('sslconnect', ask)
    connection.once('error', done)
    connection.once('end', done)
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}` as never, undefined as never)
    else connection.connect(port, host)
  })
}
