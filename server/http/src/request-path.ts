import { invalidationOf, type TagSpace } from '@hotpath/cache'
import { createCollector } from './collector.ts'
import type { Forms } from './compress/coded-forms.ts'
import { type Compression, createOwnedCompression } from './compress/compression.ts'
import type { Counters } from './counters.ts'
import { type ExchangeResponse, kExchange } from './exchange.ts'
import type { Fences } from './fences.ts'
import { createFlights } from './flights.ts'
import { createHitForMiss } from './hit-for-miss.ts'
import { createInterceptor } from './intercept.ts'
import { createMiss, type Front } from './miss.ts'
import type { Observer } from './observe.ts'
import type { Settings } from './options.ts'
import { canPrepare } from './prepared-writer.ts'
import { createRefresh } from './refresh.ts'
import type { Responses } from './responses.ts'
import type { RouteTable } from './route-table.ts'
import { createSeek, type Seek } from './seek.ts'
import { createServe, type Serve } from './serve.ts'
import { createSharedResponses } from './shared-responses.ts'
import { createWriteStored } from './write-stored.ts'

/** What a cache answers with. */
export interface RequestPathParts {
  readonly tags: TagSpace
  readonly settings: Settings
  readonly routes: RouteTable
  readonly fences: Fences
  readonly responses: Responses
  readonly counters: Counters
  readonly observer: Observer
}

/** The way of the requests of one cache. */
export interface RequestPath extends Pick<Serve, 'request'> {
  /** Chooses among the forms of a stored response; null where there is only the one that the handler made. */
  readonly forms: Forms | null
  /** Whether hits are written in one prepared piece. */
  readonly prepares: boolean
}

/** Puts the stages of a request together: hit, refresh behind it, miss, and what is stored of its answer. */
export function createRequestPath(parts: RequestPathParts): RequestPath {
  const { tags, settings, fences, responses } = parts
  const { clock, rules, dialects, unavailableMs, ignoreReload, overloaded } = settings
  const compression = openCompression(settings, responses)
  const forms = compression?.forms ?? null
  const prepares = canPrepare()
  const write = createWriteStored({
    prepares,
    forms,
    compress: (request, response) => compression?.begin(request, response),
  })
  const seek = seekBeyond(parts)
  const shared = {
    ...parts,
    clock,
    compression,
    compresses: compression !== null,
    write,
    flights: createFlights({ fences, waitMs: settings.collapseMs, areShared: tags.tier !== null }),
    hitForMiss: createHitForMiss(settings.hitForMissMs),
    seek,
  }
  const collector = createCollector({
    ...shared,
    rules,
    dialects,
    unavailableMs,
    dropTags: (dropped) => void tags.change(invalidationOf({ tags: dropped })),
    maxEntryBytes: settings.maxEntryBytes,
    maxCollectedBytes: settings.maxBytes,
  })
  const intercept = createInterceptor(collector)
  const refresh = createRefresh({ ...shared, collector, intercept, timeoutMs: settings.refreshMs })
  // A miss may end in front again, so that the two need each other.
  const front: Front = {
    retry: (exchange) => serve.retry(exchange),
    use: (exchange, stored) => serve.use(exchange, stored),
    refuse: (exchange) => serve.refuse(exchange),
    isGoodEnough: (facts, stored) => serve.isGoodEnough(facts, stored),
  }
  const miss = createMiss({ ...shared, collector, intercept, front })
  const seeksBeyond = seek !== null
  const serving = { miss, refresh, ignoreReload, overloaded, unavailableMs, seeksBeyond }
  const serve: Serve = createServe({ ...shared, ...serving })
  return { request: serve.request, forms, prepares }
}

function openCompression({ compress, enabled }: Settings, { resized }: Responses): Compression | null {
  if (!compress || !enabled) return null
  return createOwnedCompression(compress, {
    resized,
    isKept: (response) => (response as Partial<ExchangeResponse>)[kExchange]?.capture != null,
  })
}

/** The way to what other processes have stored, where the tag space reaches that far. */
function seekBeyond({ tags, settings, fences, responses }: RequestPathParts): Seek | null {
  const { tier } = tags
  if (tier === null || !settings.enabled) return null
  const { clock, hitForMissMs, collapseMs: waitMs, serveForMs } = settings
  const compresses = settings.compress !== null
  const known = { tags, tier, fences, responses }
  const shared = createSharedResponses({ ...known, clock, hitForMissMs, compresses })
  return createSeek({ ...known, shared, waitMs, allowanceMs: serveForMs ?? tier.trustMs })
}
