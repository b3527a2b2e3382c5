import { type ClientRequest, type OutgoingHttpHeader, OutgoingMessage, type ServerResponse } from 'node:http'
import { createRecord } from './record.ts'
import { remember } from './remember.ts'

/** A header as it stands on a response: its name as it was written, and its line, or lines. */
export type WrittenHeader = readonly [name: string, value: OutgoingHttpHeader | undefined]

/** The headers that stand on a response, in the order of their lines. */
export interface WrittenHeaders {
  /** Their names in lower case. */
  readonly keys: readonly string[]
  readonly rows: readonly WrittenHeader[]
}

type Table = Record<string, WrittenHeader>
type Tabled = OutgoingMessage & Record<symbol, Table | null | undefined>

/** As it was when this module was loaded: whoever wraps it later wants to be called. */
const { setHeader: nativeSetHeader } = OutgoingMessage.prototype

/** There are few names, and each is made lower case once. */
const keyOf = remember((name) => name.toLowerCase())

const none: WrittenHeaders = { keys: [], rows: [] }

/**
 * Where Node keeps the headers of a response, by their names in lower case; undefined in a release that has no such table.
 * Read there, none has to be looked up by its name and copied twice: of a response that is stored all are read.
 */
const kTable = findTable()

function findTable(): symbol | undefined {
  const sample = new OutgoingMessage() as Tabled
  sample.setHeader('X-Name', 'value')
  return Object.getOwnPropertySymbols(sample).find((symbol) => {
    const row = sample[symbol]?.['x-name']
    return row?.[0] === 'X-Name' && row[1] === 'value'
  })
}

/** Whether this release of Node keeps headers where they can be read without a copy. */
export const readsInPlace = (): boolean => kTable !== undefined

/** Reads the headers of a response. They are not to be written to, and read at once. */
export function writtenHeaders(response: ServerResponse): WrittenHeaders {
  const table = kTable === undefined ? undefined : (response as OutgoingMessage as Tabled)[kTable]
  if (table === null) return none
  if (table === undefined) return askedFor(response)
  const keys: string[] = []
  const rows: WrittenHeader[] = []
  // The table inherits nothing.
  for (const key in table) {
    keys.push(key)
    rows.push(table[key]!)
  }
  return { keys, rows }
}

/**
 * Gives a response that has no headers a table that is quicker than Node's to fill, and to walk, which happens thrice to
 * what is stored: when Node writes it, and when it is read before and after its handler.
 */
export function openTable(response: ServerResponse): void {
  const tabled = response as OutgoingMessage as Tabled
  if (kTable !== undefined && tabled[kTable] === null) tabled[kTable] = createRecord()
}

/**
 * Does what `setHeader` does, for a line that the cache has made itself: neither name nor value holds what Node would
 * refuse. Node would read every character of both again, which of a miss adds up.
 */
export function setMadeHeader(response: ServerResponse, name: string, value: string): void {
  const table = kTable === undefined ? undefined : (response as OutgoingMessage as Tabled)[kTable]
  // Until there is one it is Node's to make.
  if (table == null || response.headersSent || response.setHeader !== nativeSetHeader) {
    response.setHeader(name, value)
  } else table[keyOf(name)] = [name, value]
}

/** By what is documented, for HTTP/2 too. */
function askedFor(response: ServerResponse): WrittenHeaders {
  const keys = response.getHeaderNames()
  // Documented for every outgoing message; the types know it of client requests only.
  const names = (response as ServerResponse & Pick<ClientRequest, 'getRawHeaderNames'>).getRawHeaderNames()
  return { keys, rows: keys.map((key, index) => [names[index]!, response.getHeader(key)]) }
}
