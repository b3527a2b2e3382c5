import type { HotpathError } from '@hotpath/core'
import { cliErrors } from './errors.ts'

/** The codes of OpenSSL and Node about a certificate that came and was refused. */
const untrusted = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/

/** What `fetch` throws, which hides the reason one level down, in our words. `patienceMs` is how long it waited. */
export function noAnswer(origin: string, thrown: unknown, patienceMs: number): HotpathError {
  const { name, cause, message } = thrown as Error & { cause?: { code?: string; message?: string } }
  if (cause?.code !== undefined && untrusted.test(cause.code)) {
    return cliErrors.HP_SERVER_UNTRUSTED({ origin, problem: cause.code }, { cause: thrown })
  }
  const problem =
    name === 'TimeoutError'
      ? `no answer within ${patienceMs / 1000} s`
      : (cause?.code ?? cause?.message ?? message)
  return cliErrors.HP_SERVER_UNREACHABLE({ origin, problem }, { cause: thrown })
}
