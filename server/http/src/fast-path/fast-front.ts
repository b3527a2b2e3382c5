import type { RequestHead } from '../request-head.ts'

/**
 * What stands between a server and its cache, for requests that are answered from their socket and never reach it. A
 * stage that does anything to hits has to say so here.
 */
export interface FastFront {
  /**
   * Brings the header fields of a connection's requests into the form in which the cache is to see them; false hands
   * such requests over. Asked once for each header block.
   */
  receive(headers: RequestHead['headers']): boolean
  /** Whether no stage has anything to do with this request but to count it. Changes nothing. */
  admits(request: RequestHead): boolean
  /**
   * Counts a request that is certain to be answered. The header lines that belong into the answer, each with its line
   * end, empty for none; null hands the request over, which then was not counted.
   */
  count(request: RequestHead): string | null
}

/** Nothing stands before the cache. */
export const noFront: FastFront = { receive: () => true, admits: () => true, count: () => '' }
