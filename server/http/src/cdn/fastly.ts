import { call, receiptOf } from './call.ts'
import { type CdnAdapter, encodeTag, type PurgeBatch } from './purge-target.ts'

export interface FastlyOptions {
  serviceId: string
  /** With the permission to purge that service. */
  token: string
  /** @default 'https://api.fastly.com' */
  api?: string
}

/** Keys in one call. */
const mostKeys = 256

/**
 * Purges a service of Fastly by surrogate keys (its `Surrogate-Key` header), or all of it: `POST /service/{id}/purge`
 * and `…/purge_all`. Single URLs are purged at the URL itself, so that whoever may send PURGE to the site may do that;
 * here they count as everything.
 */
export function fastly({ serviceId, token, api = 'https://api.fastly.com' }: FastlyOptions): CdnAdapter {
  const service = `${api}/service/${encodeURIComponent(serviceId)}`
  return {
    name: 'fastly',
    most: { tags: mostKeys, urls: 0, prefixes: 0, everything: 1 },
    rate: { perSecond: 20, burst: 100 },
    async send({ kind, values }: PurgeBatch, signal) {
      const isAll = kind === 'everything'
      const keys = values.map(encodeTag).join(' ')
      const headers = { 'fastly-key': token, ...(!isAll && { 'surrogate-key': keys }) }
      const url = isAll ? `${service}/purge_all` : `${service}/purge`
      return receiptOf(await call({ url, method: 'POST', headers, signal }))
    },
  }
}
