import type { RequestListener } from 'node:http'

/** One concern of a request: takes the listener behind it, returns the one that stands before it. */
export type Stage = (next: RequestListener) => RequestListener
