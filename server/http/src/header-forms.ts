import type { OutgoingHttpHeader, ServerResponse } from 'node:http'

/** The arguments of writeHead after the status: a reason, then headers as an object, a flat or a two-dimensional list. */
export type HeadArguments = readonly [reason?: unknown, headers?: unknown]

/** Whether writeHead was given headers. */
export function hasHeaders([reason, headers]: HeadArguments): boolean {
  return (typeof reason === 'string' ? headers : (headers ?? reason)) != null
}

/**
 * Moves what was given to writeHead into the response itself, so that every header can be read in one way: there,
 * `getHeaders()` knows nothing of them. As in Node, they replace those of the same name and may repeat a name.
 */
export function applyHead(response: ServerResponse, status: number, given: HeadArguments): void {
  const [reason, headers] = given
  response.statusCode = status
  if (typeof reason === 'string') response.statusMessage = reason
  const form: unknown = typeof reason === 'string' ? headers : (headers ?? reason)
  if (Array.isArray(form)) applyList(response, form)
  else if (typeof form === 'object' && form !== null) {
    const given = form as Record<string, OutgoingHttpHeader>
    for (const name of Object.keys(given)) if (name !== '') response.setHeader(name, given[name]!)
  }
}

function applyList(response: ServerResponse, list: readonly unknown[]): void {
  const pairs = Array.isArray(list[0]) ? (list as [string, string][]) : pairsOf(list as readonly string[])
  for (const [name] of pairs) if (name !== '') response.removeHeader(name)
  for (const [name, value] of pairs) {
    if (name !== '') response.appendHeader(name, typeof value === 'number' ? String(value) : value)
  }
}

/** A flat list of names and values as pairs. */
export function pairsOf(flat: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index < flat.length; index += 2) pairs.push([flat[index]!, flat[index + 1]!])
  return pairs
}
