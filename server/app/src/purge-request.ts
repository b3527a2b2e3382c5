import type { IncomingMessage } from 'node:http'
import { appErrors } from './errors.ts'
import { parseJsonBody, readJsonBody, type Refuse } from './json-body.ts'

/** What to drop: everything that carries one of the tags, and every key or path that matches the glob. */
export interface Purge {
  tags?: readonly string[]
  /** `*` stands for any run of characters: `ballot:*`, `/api/cities*`. */
  pattern?: string
}

const refuse: Refuse = (problem, cause) => appErrors.HP_PURGE_INVALID({ problem }, { cause })

/**
 * Reads the JSON body of a purge.
 * @throws HP_PURGE_INVALID saying which part cannot be read
 */
export async function readPurge(request: IncomingMessage): Promise<Purge> {
  return purgeOf(await readJsonBody(request, refuse))
}

/** The same, from the text of the body. */
export function parsePurge(body: string): Purge {
  return purgeOf(parseJsonBody(body, refuse))
}

/**
 * The same, from the query of a preview: `?tag=a&tag=b&pattern=…`.
 * @throws HP_PURGE_INVALID saying which part cannot be read
 */
export function readPurgeQuery({ url = '' }: Pick<IncomingMessage, 'url'>): Purge {
  const at = url.indexOf('?')
  const query = new URLSearchParams(at === -1 ? '' : url.slice(at))
  return purgeOf({
    tags: query.has('tag') ? query.getAll('tag') : undefined,
    pattern: query.get('pattern') ?? undefined,
  })
}

function purgeOf({ tags, pattern }: Record<string, unknown>): Purge {
  if (tags === undefined && pattern === undefined) throw refuse('it names neither tags nor a pattern')
  if (
    tags !== undefined &&
    !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== ''))
  ) {
    throw refuse('"tags" is not a list of non-empty strings')
  }
  if (pattern !== undefined && !(typeof pattern === 'string' && pattern !== '')) {
    throw refuse('"pattern" is not a non-empty string')
  }
  return { ...(tags !== undefined && { tags: tags as string[] }), ...(pattern !== undefined && { pattern }) }
}
