export { cloudflare, type CloudflareOptions } from './cloudflare.ts'
export type { CdnDialect } from './dialects.ts'
export { fastly, type FastlyOptions } from './fastly.ts'
export { createPurgeQueue, type PurgeQueue, type PurgeQueueOptions, type PurgeRecord } from './purge-queue.ts'
export { banHeaders, purgeRequests, type PurgeRequestsOptions } from './purge-requests.ts'
export {
  type CdnAdapter,
  encodeTag,
  type PurgeBatch,
  type PurgeKind,
  purgeOfPattern,
  type PurgeReceipt,
} from './purge-target.ts'
