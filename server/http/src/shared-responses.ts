import type { Lookup, TagSpace } from '@hotpath/cache'
import { wholePart } from './chunk.ts'
import type { Dependencies } from './dependencies.ts'
import { type Fences, httpNamespace, type Stamp } from './fences.ts'
import type { RequestFacts } from './request-facts.ts'
import { mayAnswer } from './reusable.ts'
import { firstPlace, furtherPlace, type ResponsePlace } from './shared-place.ts'
import { createResponseLease, type LeaseParts, type ResponseLease } from './shared-lease.ts'
import { decodeResponse, type SharedResponse, unstorable, wholeResponse } from './shared-record.ts'
import { soften, type StoredResponse, storeResponse } from './stored-response.ts'

export interface SharedResponsesOptions extends LeaseParts {
  tags: TagSpace
  fences: Fences
  /** Coded forms are made of what is found: Redis keeps none. */
  compresses: boolean
}

/** What is looked for. */
export interface Wanted {
  readonly dependencies: Dependencies
  readonly facts: RequestFacts
}

/** What Redis has for a request. */
export interface Seen {
  /** The response the request chooses, however fresh; kept in memory, too. */
  readonly stored: StoredResponse | undefined
  /** For how long, in milliseconds, nobody is to wait for its response: it could not be stored. 0 where it may. */
  readonly unstorableMs: number
  /** Where the request's response belongs. */
  readonly place: ResponsePlace
  /** What lies there, to be replaced; '' where nothing does. */
  readonly known: string
  /** The first response of its target, as far as it can be read. */
  readonly first: SharedResponse | undefined
}

export type Opened =
  | { readonly state: 'granted'; readonly lease: ResponseLease; readonly stamp: Stamp }
  | { readonly state: 'busy' }
  /** Something else lies there by now. */
  | { readonly state: 'stored'; readonly seen: Seen }

/** The responses that all processes share. Everything rejects as the tier does, in bounded time. */
export interface SharedResponses {
  look(wanted: Wanted): Promise<Seen>
  /** Asks for the right to make what was not found. */
  open(wanted: Wanted, seen: Seen): Promise<Opened>
  /** Whether what memory holds was not overtaken; undefined where only a look can tell. */
  prove(held: StoredResponse): Promise<boolean | undefined>
}

/** A look at one place. */
interface At {
  place: ResponsePlace
  /** The response of the first place, where this is a further one. */
  first: SharedResponse | undefined
  /** From before the look. */
  since: Stamp
}

/** A response that was found. */
interface Find {
  found: Lookup & { state: 'found' }
  response: SharedResponse
  since: Stamp
}

/** Responses in Redis, two levels deep: see shared-place.ts. */
export function createSharedResponses(options: SharedResponsesOptions): SharedResponses {
  const { tags, tier, fences, responses, clock } = options
  const scope = tags.scope(httpNamespace)
  const addressOf = (place: ResponsePlace, { url }: Dependencies) => ({ place, key: url, scope })

  function read(wanted: Wanted, found: Lookup, { place, first: given, since }: At): Seen {
    const none: Seen = { stored: undefined, unstorableMs: 0, place, known: found.id, first: given }
    if (found.state !== 'found') return none
    const { record } = found
    if (record.format === unstorable) {
      return { ...none, unstorableMs: Math.max(0, record.freshUntil - tier.redisNow()) }
    }
    const response = record.format === wholeResponse ? decodeResponse(record.body) : undefined
    if (response === undefined) return none
    const first = given ?? response
    const isFor = response.key === wanted.dependencies.key && response.target === wanted.dependencies.target
    const stored = isFor ? adopt(wanted, { found, response, since }) : undefined
    return { ...none, first, stored }
  }

  /** A response of Redis as memory keeps it; undefined where this request does not choose it. */
  function adopt(
    { dependencies, facts }: Wanted,
    { found, response, since }: Find,
  ): StoredResponse | undefined {
    const { record, fence, softAt, id } = found
    const offset = clock() - tier.redisNow()
    const own = { ...dependencies, tags: record.tags }
    const stored = storeResponse(
      {
        ...response,
        body: wholePart(response.body),
        at: response.at + offset,
        bound: { ...own, fence, ...fences.fenceUrl(own, since) },
      },
      { compresses: options.compresses },
    )
    stored.id = id
    soften(stored, record.freshUntil + offset)
    if (softAt < Infinity) soften(stored, softAt)
    if (!mayAnswer(facts, stored)) return undefined
    responses.putFound(stored)
    return stored
  }

  async function look(wanted: Wanted): Promise<Seen> {
    const { dependencies, facts } = wanted
    const since = fences.begin([])
    const place = firstPlace(dependencies.target)
    const found = await tier.lookup(addressOf(place, dependencies))
    const seen = read(wanted, found, { place, first: undefined, since })
    if (!belongsElsewhere(seen, found)) return seen
    const further = furtherPlace(seen.first!, dependencies.key, facts.headers)
    const there = await tier.lookup(addressOf(further, dependencies))
    return read(wanted, there, { place: further, first: seen.first, since })
  }

  /** Whether the first place has a response that is still of use, but not to this request. */
  function belongsElsewhere({ stored, first }: Seen, found: Lookup): boolean {
    if (found.state !== 'found' || first === undefined || stored !== undefined) return false
    return found.record.staleUntil > tier.redisNow()
  }

  async function open(wanted: Wanted, seen: Seen): Promise<Opened> {
    const { dependencies } = wanted
    const since = fences.begin(dependencies.tags)
    const address = addressOf(seen.place, dependencies)
    const opening = await tier.open(address, { tags: dependencies.tags, known: seen.known })
    if (opening.state === 'busy') return opening
    if (opening.state === 'granted') {
      const { lease } = opening
      const grant = { lease, address, first: seen.first }
      return {
        state: 'granted',
        lease: createResponseLease(options, grant),
        stamp: { ...since, asOf: lease.asOf },
      }
    }
    const isFirst = seen.place.name === firstPlace(dependencies.target).name
    const at = { place: seen.place, first: isFirst ? undefined : seen.first, since }
    const there = read(wanted, opening.lookup, at)
    // By now the first place may have a response of another kind, beside which this one has a place of its own.
    return { state: 'stored', seen: belongsElsewhere(there, opening.lookup) ? await look(wanted) : there }
  }

  return {
    look,
    open,
    async prove(held) {
      const judgement = await tier.recheck(held.fence, addressOf(firstPlace(held.target), held))
      if (judgement === undefined) return undefined
      if (judgement.standing === 'expired') soften(held, judgement.softAt)
      return judgement.standing === 'current' || judgement.standing === 'expired'
    },
  }
}
