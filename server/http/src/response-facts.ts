import type { ServerResponse } from 'node:http'

/** The head of a response. Header names are lower case; several lines of one header are joined by commas. */
export interface ResponseFacts {
  readonly status: number
  /** Empty where it is the usual one. */
  readonly statusMessage: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** The head of a response as the decisions read it. */
export function responseFacts(response: ServerResponse): ResponseFacts {
  // A copy of our own, without a prototype.
  const headers = response.getHeaders()
  for (const name in headers) if (typeof headers[name] !== 'string') headers[name] = joined(headers[name])
  return {
    status: response.statusCode,
    statusMessage: response.statusMessage ?? '',
    headers: headers as Record<string, string | undefined>,
  }
}

/** The lines of a header as one, separated by commas. */
export function joined(value: number | string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? value.join(', ') : String(value)
}
