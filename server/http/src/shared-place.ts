import { safeName } from '@hotpath/cache'
import type { IncomingHttpHeaders } from 'node:http'
import { httpNamespace } from './fences.ts'
import type { SharedResponse } from './shared-record.ts'
import { selectingValues } from './vary.ts'

/** Of what is written into Redis: older processes of a rolling deploy do not read the records of newer ones. */
export const recordVersion = '2'

/** Where a response lies in Redis. */
export interface ResponsePlace {
  readonly namespace: string
  readonly version: string
  readonly name: string
}

const placeOf = (text: string): ResponsePlace => ({
  namespace: encodeURIComponent(httpNamespace),
  version: recordVersion,
  name: safeName(text),
})

/**
 * Every target has one first place, with the response that was made first. It is what an unsafe method drops, by the
 * target's name.
 */
export const firstPlace = (target: string): ResponsePlace => placeOf(target)

/**
 * Where the response lies that this request chooses, if the one in the first place is not for it: by what a proxy
 * says of the request (the key), and by the headers that Vary names. The names hold the first response's `set`, so
 * that nobody finds them any more once the first place was dropped.
 */
export function furtherPlace(
  first: Pick<SharedResponse, 'set' | 'terms'>,
  key: string,
  headers: IncomingHttpHeaders,
): ResponsePlace {
  return placeOf(JSON.stringify([first.set, key, selectingValues(first.terms.vary, headers)]))
}
