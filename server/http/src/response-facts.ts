import { type ClientRequest, type OutgoingHttpHeader, STATUS_CODES, type ServerResponse } from 'node:http'

/** The head of a response. Header names are lower case; several lines of one header are joined by commas. */
export interface ResponseFacts {
  readonly status: number
  /** Empty where it is the usual one. */
  readonly statusMessage: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** The same, as it stands on a response. */
export interface WrittenFacts extends ResponseFacts {
  /** The names as they were written, in the order of their lines. */
  readonly names: readonly string[]
  /** The same in lower case. */
  readonly keys: readonly string[]
  /** What stands there under each of them. */
  readonly values: readonly (OutgoingHttpHeader | undefined)[]
}

/** The head of a response as the decisions read it. */
export function responseFacts(response: ServerResponse): WrittenFacts {
  const { statusCode: status } = response
  // Undefined until it is set, whatever its type says.
  const reason = response.statusMessage ?? ''
  const keys = response.getHeaderNames()
  const values = keys.map((key) => response.getHeader(key))
  const headers = createRecord<string | undefined>()
  for (let index = 0; index < keys.length; index++) headers[keys[index]!] = joined(values[index])
  return {
    status,
    statusMessage: reason === STATUS_CODES[status] ? '' : reason,
    headers,
    names: rawHeaderNames(response),
    keys,
    values,
  }
}

/** Documented for every outgoing message; the types know it of client requests only. */
const rawHeaderNames = (response: ServerResponse) =>
  (response as ServerResponse & Pick<ClientRequest, 'getRawHeaderNames'>).getRawHeaderNames()

type Headers = Record<string, OutgoingHttpHeader | undefined>
const none: Readonly<Headers> = Object.freeze(Object.create(null))

/** The headers that stand on a response now; one object for all that have none. */
export function headersOn(response: ServerResponse): Readonly<Headers> {
  const keys = response.getHeaderNames()
  if (keys.length === 0) return none
  const headers = createRecord<OutgoingHttpHeader | undefined>()
  for (const key of keys) headers[key] = response.getHeader(key)
  return headers
}

/**
 * An object that inherits nothing, so that any name may be looked up in it. Made by a constructor: V8 makes a hash table of
 * one that is made with null as its prototype, which is slow to fill and to read.
 */
function createRecord<V>(): Record<string, V> {
  return new (Bare as unknown as new () => Record<string, V>)()
}

function Bare(): void {}
Bare.prototype = Object.create(null)

/** The lines of a header as one, separated by commas. */
export function joined(value: number | string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? value.join(', ') : String(value)
}
