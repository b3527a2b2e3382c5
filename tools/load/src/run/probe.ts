import { createDial } from '../http/dial.ts'
import { errors } from '../errors.ts'
import type { Plan } from './plan.ts'

const timeoutMs = 5000
const problems: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what listens there does not speak TLS: is it http:?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; "insecure" accepts it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority; "insecure" accepts it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority; "insecure" accepts it',
  CERT_HAS_EXPIRED: 'its certificate has expired; "insecure" accepts it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host; "insecure" accepts it',
}

/**
 * Connects to the origin once, with TLS where it asks for it, and closes again: a run against nothing is an error, not
 * a result.
 * @throws HP_LOAD_UNREACHABLE
 */
export function probe(target: Pick<Plan, 'origin' | 'insecure'>): Promise<void> {
  const { origin } = target
  return new Promise((resolve, reject) => {
    const socket = createDial(target)(() => {
      clearTimeout(timer)
      socket.destroy()
      resolve()
    })
    const fail = (problem: string, cause?: Error) => {
      clearTimeout(timer)
      socket.destroy()
      reject(errors.HP_LOAD_UNREACHABLE({ origin, problem }, cause && { cause }))
    }
    const timer = setTimeout(() => fail(`no connection within ${timeoutMs / 1000} s`), timeoutMs)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      fail(problems[error.code ?? ''] ?? (error.message || String(error.code)), error)
    })
  })
}
