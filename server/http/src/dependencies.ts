import type { Exchange } from './exchange.ts'
import { hostOf } from './http2.ts'
import { targetKey } from './key.ts'

/** What an answer depends on. */
export interface Dependencies {
  /** The primary key. */
  readonly key: string
  /** Host and URL, which an unsafe method changes under all its keys. */
  readonly target: string
  /** Path and query. */
  readonly url: string
  readonly tags: readonly string[]
}

/** What the answer to a request depends on. Only for requests that have a key. */
export function dependenciesOf(exchange: Exchange, tags: readonly string[]): Dependencies {
  const known = (exchange.dependencies ??= readDependencies(exchange, tags))
  return known.tags === tags ? known : { ...known, tags }
}

function readDependencies({ key, request, url }: Exchange, tags: readonly string[]): Dependencies {
  const target = targetKey(hostOf(request.headers), url)
  // Mostly the same text: then it is kept once.
  return { key: key!, target: target === key ? key : target, url, tags }
}
