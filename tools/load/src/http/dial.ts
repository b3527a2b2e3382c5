import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface DialOptions {
  origin: string
  /** Accepts any certificate. */
  insecure: boolean
}

/** Opens a socket, with TLS where the origin asks for it; `onread` takes what it reads. */
export type Dial = (onOpen: () => void, onread?: OnReadOpts) => Socket

/** Sockets to one origin, which share their TLS sessions. */
export function createDial({ origin, insecure }: DialOptions): Dial {
  const { hostname, port, protocol } = new URL(origin)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  let session: Buffer | undefined

  function dialTls(onOpen: () => void, onread: OnReadOpts | undefined): Socket {
    const socket = connectTls(
      {
        host,
        port: Number(port || 443),
        servername: isIP(host) === 0 ? host : '',
        rejectUnauthorized: !insecure,
        ALPNProtocols: ['http/1.1'],
        ...(session && { session }),
        ...(onread && { onread }),
      },
      onOpen,
    )
    return socket.on('session', (latest) => (session = latest))
  }

  return (onOpen, onread) => {
    const socket =
      protocol === 'https:'
        ? dialTls(onOpen, onread)
        : connectPlain({ host, port: Number(port || 80), ...(onread && { onread }) }, onOpen)
    return socket.setNoDelay(true)
  }
}
