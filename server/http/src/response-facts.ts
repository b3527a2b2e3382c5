import { type OutgoingHttpHeader, STATUS_CODES, type ServerResponse } from 'node:http'
import { createRecord } from './record.ts'
import { type WrittenHeaders, writtenHeaders } from './written-headers.ts'

/** The head of a response. Header names are lower case; several lines of one header are joined by commas. */
export interface ResponseFacts {
  readonly status: number
  /** Empty where it is the usual one. */
  readonly statusMessage: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** The same, as it stands on a response. */
export interface WrittenFacts extends ResponseFacts {
  readonly written: WrittenHeaders
}

/** The head of a response as the decisions read it. */
export function responseFacts(response: ServerResponse): WrittenFacts {
  const { statusCode: status } = response
  // Undefined until it is set, whatever its type says.
  const reason = response.statusMessage ?? ''
  const written = writtenHeaders(response)
  const { keys, rows } = written
  const headers = createRecord<string | undefined>()
  for (let index = 0; index < keys.length; index++) headers[keys[index]!] = joined(rows[index]![1])
  return { status, statusMessage: reason === STATUS_CODES[status] ? '' : reason, headers, written }
}

type Headers = Record<string, OutgoingHttpHeader | undefined>
const none: Readonly<Headers> = Object.freeze(Object.create(null))

/** The headers that stand on a response now; one object for all that have none. */
export function headersOn(response: ServerResponse): Readonly<Headers> {
  const { keys, rows } = writtenHeaders(response)
  if (keys.length === 0) return none
  const headers = createRecord<OutgoingHttpHeader | undefined>()
  for (let index = 0; index < keys.length; index++) headers[keys[index]!] = rows[index]![1]
  return headers
}

/** The lines of a header as one, separated by commas. */
export function joined(value: number | string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? value.join(', ') : String(value)
}
