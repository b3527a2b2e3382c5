import type { ServerResponse } from 'node:http'

/** What Node notes when a body is ended with all of it, before the head is made. */
type WithLength = ServerResponse & { _contentLength?: number | null }

/** Does what the native `end` does at this point, so that the head says Content-Length. */
export function knowLength(response: WithLength, length: number): void {
  // oxlint-disable-next-line no-underscore-dangle -- Node's name
  response._contentLength = length
}

/** The length of the body where all of it is known, in bytes; else null. */
export const lengthKnown = ({ _contentLength: length }: WithLength): number | null => length ?? null
