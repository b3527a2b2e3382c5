import { type ClientRequest, type OutgoingHttpHeader, OutgoingMessage, type ServerResponse } from 'node:http'

/** A header as it stands on a response: its name as it was written, and its line, or lines. */
export type WrittenHeader = readonly [name: string, value: OutgoingHttpHeader | undefined]

/** The headers that stand on a response, in the order of their lines. */
export interface WrittenHeaders {
  /** Their names in lower case. */
  readonly keys: readonly string[]
  readonly rows: readonly WrittenHeader[]
}

type Table = Readonly<Record<string, WrittenHeader>>
type Tabled = OutgoingMessage & Readonly<Record<symbol, Table | null | undefined>>

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
  const keys = Object.keys(table)
  return { keys, rows: keys.map((key) => table[key]!) }
}

/** By what is documented, for HTTP/2 too. */
function askedFor(response: ServerResponse): WrittenHeaders {
  const keys = response.getHeaderNames()
  // Documented for every outgoing message; the types know it of client requests only.
  const names = (response as ServerResponse & Pick<ClientRequest, 'getRawHeaderNames'>).getRawHeaderNames()
  return { keys, rows: keys.map((key, index) => [names[index]!, response.getHeader(key)]) }
}
