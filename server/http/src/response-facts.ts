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
  const headers: Record<string, string | undefined> = Object.create(null)
  for (const [name, value] of Object.entries(response.getHeaders())) headers[name] = joined(value)
  return { status: response.statusCode, statusMessage: response.statusMessage ?? '', headers }
}

/** The lines of a header as one, separated by commas. */
export function joined(value: number | string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? value.join(', ') : String(value)
}
