/** Why a request went to the handler (RFC 9211 §2.2). */
export type ForwardReason = 'bypass' | 'method' | 'miss' | 'vary-miss' | 'stale' | 'request'

/** What there is to say of a request that went to the handler. */
export interface Forward {
  readonly reason: ForwardReason
  /** The status that the handler answered with, where the client gets another one. */
  readonly forwardStatus?: number | undefined
  /** The response was stored. */
  readonly stored?: boolean
  /** The request was answered by the response that another was waiting for. */
  readonly collapsed?: boolean
  /** Why it was not stored or not looked up, as a token. */
  readonly detail?: string | undefined
}

/** The Cache-Status of an answer from the cache; the ttl of a stale one is negative. In seconds. */
export function hitStatus(ttlSeconds: number): string {
  return `hotpath; hit; ttl=${ttlSeconds}`
}

/** The Cache-Status of an answer from the handler. */
export function forwardStatus({ reason, forwardStatus: given, stored, collapsed, detail }: Forward): string {
  let status = `hotpath; fwd=${reason}`
  if (given !== undefined) status += `; fwd-status=${given}`
  if (stored) status += '; stored'
  if (collapsed) status += '; collapsed'
  if (detail !== undefined) status += `; detail=${detail}`
  return status
}
