import type { IncomingMessage } from 'node:http'
import { appErrors } from './errors.ts'

/** What to drop: everything that carries one of the tags, and every key or path that matches the glob. */
export interface Purge {
  tags?: readonly string[]
  /** `*` stands for any run of characters: `ballot:*`, `/api/cities*`. */
  pattern?: string
}

const largestBody = 64 * 1024

/**
 * Reads the JSON body of a purge.
 * @throws HP_PURGE_INVALID saying which part cannot be read
 */
export async function readPurge(request: IncomingMessage): Promise<Purge> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw appErrors.HP_PURGE_INVALID({ problem: 'its content-type is not application/json' })
  }
  return parsePurge(await readBody(request))
}

/** The same, from the text of the body. */
export function parsePurge(body: string): Purge {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw appErrors.HP_PURGE_INVALID({ problem: 'its body is not JSON' }, { cause })
  }
  const { tags, pattern } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  if (tags === undefined && pattern === undefined) {
    throw appErrors.HP_PURGE_INVALID({ problem: 'it names neither tags nor a pattern' })
  }
  if (
    tags !== undefined &&
    !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== ''))
  ) {
    throw appErrors.HP_PURGE_INVALID({ problem: '"tags" is not a list of non-empty strings' })
  }
  if (pattern !== undefined && !(typeof pattern === 'string' && pattern !== '')) {
    throw appErrors.HP_PURGE_INVALID({ problem: '"pattern" is not a non-empty string' })
  }
  return { ...(tags !== undefined && { tags: tags as string[] }), ...(pattern !== undefined && { pattern }) }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody)
      throw appErrors.HP_PURGE_INVALID({ problem: `its body is over ${largestBody} bytes` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
