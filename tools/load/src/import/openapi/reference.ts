import { isRecord } from '../document.ts'

/** Follows `$ref`s inside one document; null where one leads nowhere, outside, or round in a circle. */
export type Resolve = (value: unknown) => Record<string, unknown> | null

/** References are JSON pointers (RFC 6901) into the document itself; others are not read. */
export function createResolve(document: Readonly<Record<string, unknown>>): Resolve {
  return (value) => {
    let found = value
    for (let steps = 0; isRecord(found) && typeof found.$ref === 'string'; steps++) {
      if (steps === longestChain || !found.$ref.startsWith('#/')) return null
      found = at(document, found.$ref.slice(2).split('/').map(unescape))
    }
    return isRecord(found) ? found : null
  }
}

const longestChain = 20

const unescape = (part: string) => decodeOr(part).replaceAll('~1', '/').replaceAll('~0', '~')

function decodeOr(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function at(document: unknown, path: readonly string[]): unknown {
  let value = document
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
