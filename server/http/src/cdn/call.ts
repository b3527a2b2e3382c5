import type { PurgeReceipt } from './purge-target.ts'

/** One call to the interface of a CDN. */
export interface CdnCall {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** What came back; null where nothing did, with why. */
export type CdnReply =
  | { readonly status: number; readonly text: string; readonly retryAfterMs: number | undefined }
  | { readonly status: null; readonly reason: string }

/** Longest part of an answer that is read, in characters. */
const longest = 4_096

/** Makes a call; never rejects. */
export async function call({ url, ...request }: CdnCall): Promise<CdnReply> {
  try {
    const response = await fetch(url, { ...request, redirect: 'error' })
    const text = (await response.text()).slice(0, longest)
    return { status: response.status, text, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) }
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } }
    return { status: null, reason: name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? message) }
  }
}

/** Seconds only: a date would have to trust two clocks. */
function retryAfterMs(field: string | null): number | undefined {
  return field !== null && /^\d{1,5}$/.test(field) ? Number(field) * 1000 : undefined
}

/** What a reply amounts to where the status alone tells. */
export function receiptOf(reply: CdnReply): PurgeReceipt {
  if (reply.status === null) return { ok: false, retry: true, reason: reply.reason }
  if (reply.status >= 200 && reply.status < 300) return { ok: true }
  const retry = reply.status === 429 || reply.status === 408 || reply.status >= 500
  return failed(reply, retry, `status ${reply.status}`)
}

/** A failure that the far end has told of. */
export function failed(reply: CdnReply, retry: boolean, reason: string): PurgeReceipt {
  const afterMs = reply.status === null ? undefined : reply.retryAfterMs
  return { ok: false, retry, reason, ...(afterMs !== undefined && { afterMs }) }
}
