import { call, type CdnReply, failed, receiptOf } from './call.ts'
import { type CdnAdapter, encodeTag, type PurgeBatch, type PurgeReceipt } from './purge-target.ts'

export interface CloudflareOptions {
  zoneId: string
  /** With the permission to purge the cache of that zone. */
  token: string
  /** @default 'https://api.cloudflare.com/client/v4' */
  api?: string
  /** What the plan of the zone allows. @default 5 calls a second, 25 at once */
  rate?: CdnAdapter['rate']
}

const defaultApi = 'https://api.cloudflare.com/client/v4'

/** Values in one call, on every plan. */
const mostValues = 100

/**
 * Purges a zone of Cloudflare by tags (its `Cache-Tag` header), URLs and prefixes:
 * `POST /zones/{zone}/purge_cache` with `tags`, `files`, `prefixes` or `purge_everything`.
 */
export function cloudflare({ zoneId, token, api = defaultApi, rate }: CloudflareOptions): CdnAdapter {
  const url = `${api}/zones/${encodeURIComponent(zoneId)}/purge_cache`
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return {
    name: 'cloudflare',
    most: { tags: mostValues, urls: mostValues, prefixes: mostValues, everything: 1 },
    rate: rate ?? { perSecond: 5, burst: 25 },
    async send(batch, signal) {
      const body = JSON.stringify(bodyOf(batch))
      return readReply(await call({ url, method: 'POST', headers, body, signal }))
    },
  }
}

function bodyOf({ kind, values }: PurgeBatch): object {
  if (kind === 'everything') return { purge_everything: true }
  if (kind === 'tags') return { tags: values.map(encodeTag) }
  if (kind === 'urls') return { files: values }
  return { prefixes: values.map((value) => value.replace(/^https?:\/\//, '')) }
}

/** Success is said in the body; a 200 that does not say it is a failure. */
function readReply(reply: CdnReply): PurgeReceipt {
  if (reply.status === null) return receiptOf(reply)
  const { success, errors } = parse(reply.text)
  if (success === true) return { ok: true }
  const receipt = receiptOf(reply)
  const said = Array.isArray(errors) ? errors.map(errorText).join('; ') : ''
  const reason = `status ${reply.status}${said === '' ? '' : `: ${said.slice(0, 200)}`}`
  return failed(reply, receipt.ok || receipt.retry, reason)
}

function errorText(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return `${String(code)} ${String(message)}`
}

function parse(text: string): { success?: unknown; errors?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {}
  } catch {
    return {}
  }
}
