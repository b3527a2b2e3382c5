import { appErrors } from './errors.ts'

/** What the operating system, or its resolver, says of an address that is none of ours. */
const refusals = new Set(['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_SOCKET_BAD_PORT'])

/** The clear form of an error that listening on `host:port` raised, whichever framework raised it. */
export function listenError(cause: unknown, port: number, host = '127.0.0.1'): unknown {
  const code = (cause as NodeJS.ErrnoException | null)?.code
  if (code === 'EADDRINUSE') return appErrors.HP_PORT_BUSY({ port, host }, { cause })
  if (code !== undefined && refusals.has(code)) {
    return appErrors.HP_PORT_REFUSED({ port, host, problem: code }, { cause })
  }
  return cause
}
