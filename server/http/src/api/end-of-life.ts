import type { ServerResponse } from 'node:http'
import { type EndOfLife, parseIsoDate } from '@hotpath/core'
import { addToList } from './before-head.ts'

/** What is told of something that comes to its end, ready to be sent. */
export interface CompiledEnd {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly links: readonly string[]
  /** When it is to stop answering, in milliseconds since 1970; Infinity where nobody knows. */
  readonly sunsetAt: number
}

/** Deprecation (RFC 9745), Sunset (RFC 8594), and links of both and to the successor (RFC 5829). Checked before. */
export function compileEnd({ deprecated, sunset, successor, info }: EndOfLife): CompiledEnd {
  const sunsetAt = sunset === undefined ? Infinity : parseIsoDate(sunset)!
  const headers: [string, string][] = [['Deprecation', `@${Math.floor(parseIsoDate(deprecated)! / 1000)}`]]
  if (sunset !== undefined) headers.push(['Sunset', new Date(sunsetAt).toUTCString()])
  const links: string[] = []
  if (info !== undefined) links.push(`<${info}>; rel="deprecation"; type="text/html"`)
  if (successor !== undefined) links.push(`<${successor}>; rel="successor-version"`)
  return { headers, links, sunsetAt }
}

/** Adds it to a head, beside what the handler said itself. */
export function tellEnd(response: ServerResponse, { headers, links }: CompiledEnd): void {
  for (const [name, value] of headers) if (!response.hasHeader(name)) response.setHeader(name, value)
  for (const link of links) addToList(response, 'Link', link)
}
