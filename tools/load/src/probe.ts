import { connect } from 'node:net'
import { errors } from './errors.ts'

const timeoutMs = 5000
const problems: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
}

/**
 * Connects to `origin` once and closes again: a run against nothing is an error, not a result.
 * @throws HP_LOAD_UNREACHABLE
 */
export function probe(origin: string): Promise<void> {
  const { hostname, port, protocol } = new URL(origin)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve, reject) => {
    const fail = (problem: string, cause?: Error) => {
      socket.destroy()
      reject(errors.HP_LOAD_UNREACHABLE({ origin, problem }, cause && { cause }))
    }
    const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) })
    socket.setTimeout(timeoutMs, () => fail(`no connection within ${timeoutMs / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      fail(problems[error.code ?? ''] ?? (error.message || String(error.code)), error)
    })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
