import type { IncomingHttpHeaders } from 'node:http'
import { allowedFields } from './allowed-fields.ts'

/** One field line: a token, a colon, one space, and a value of printable ASCII that neither begins nor ends with a space. */
const fieldLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ([!-~](?:[ -~]*[!-~])?)$/

/** A name or an IPv4 address, or an IPv6 address in brackets; perhaps a port (RFC 9110 §7.2). */
const hostValue = /^(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/

/**
 * Reads the field lines of a request head, from behind the request line to the empty line, which ends it; a byte is a
 * character. As node:http would give them; undefined for everything that is not in the strict subset: a field that is
 * not on the list, one that comes twice, no Host or an odd one, a Connection that says anything but `keep-alive`, a line
 * end or a space in an unusual place.
 */
export function readHeaderFields(text: string): IncomingHttpHeaders | undefined {
  if (!text.endsWith('\r\n\r\n')) return undefined
  const headers: IncomingHttpHeaders = {}
  for (const line of text.slice(0, -4).split('\r\n')) {
    const [, written, value] = fieldLine.exec(line) ?? []
    if (written === undefined || value === undefined) return undefined
    const name = written.toLowerCase()
    if (!allowedFields.has(name) || Object.hasOwn(headers, name)) return undefined
    headers[name] = value
  }
  const { host, connection = 'keep-alive' } = headers
  if (host === undefined || !hostValue.test(host)) return undefined
  return connection.toLowerCase() === 'keep-alive' ? headers : undefined
}
