import { type OutgoingHttpHeaders, STATUS_CODES, type ServerResponse } from 'node:http'

/** The head of a response. Header names are lower case; several lines of one header are joined by commas. */
export interface ResponseFacts {
  readonly status: number
  /** Empty where it is the usual one. */
  readonly statusMessage: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** The same, as it stands on a response. */
export interface WrittenFacts extends ResponseFacts {
  /** As they stand there, in the order of their lines. */
  readonly lines: Readonly<OutgoingHttpHeaders>
}

/** The head of a response as the decisions read it. */
export function responseFacts(response: ServerResponse): WrittenFacts {
  // A copy of our own, without a prototype.
  const lines = response.getHeaders()
  const { statusCode: status } = response
  // Undefined until it is set, whatever its type says.
  const reason = response.statusMessage ?? ''
  return {
    status,
    statusMessage: reason === STATUS_CODES[status] ? '' : reason,
    headers: joinedLines(lines),
    lines,
  }
}

/** Most heads have one line of each name, and need no other object. */
function joinedLines(lines: Readonly<OutgoingHttpHeaders>): Readonly<Record<string, string | undefined>> {
  for (const name in lines) {
    if (typeof lines[name] === 'string') continue
    const headers: Record<string, string | undefined> = Object.create(null)
    for (const each in lines) headers[each] = joined(lines[each])
    return headers
  }
  return lines as Record<string, string>
}

const none: Readonly<OutgoingHttpHeaders> = Object.freeze(Object.create(null))

/** The headers that stand on a response now; one object for all that have none. */
export function headersOn(response: ServerResponse): Readonly<OutgoingHttpHeaders> {
  return response.getHeaderNames().length === 0 ? none : response.getHeaders()
}

/** The lines of a header as one, separated by commas. */
export function joined(value: number | string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? value.join(', ') : String(value)
}
