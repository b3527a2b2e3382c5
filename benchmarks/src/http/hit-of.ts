import type { RequestHead } from './heads.ts'
import type { Peer } from './pinned.ts'
import { rawGet } from './raw-get.ts'

/** Headers that belong to the connection, to the moment or to one client: a bare server gets its own. */
const notCopied: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'date',
  'transfer-encoding',
  'age',
])

/** What a bare server has to send. */
export interface Same {
  readonly headers: Readonly<Record<string, string>>
  /** As it goes over the wire, in base64. */
  readonly body: string
}

/** The head and body of a hit, so that a bare server sends the same bytes. */
export async function hitOf({ port }: Peer, head: RequestHead): Promise<Same> {
  for (let tries = 0; tries < 100; tries++) {
    const { headers, body } = await rawGet({ port, head })
    const isCoded = head['Accept-Encoding'] === undefined || headers['content-encoding'] !== undefined
    if (headers['cache-status']?.includes('hit') && isCoded) {
      return {
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !notCopied.has(name))),
        body: body.toString('base64'),
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('No hit came of a hundred requests.')
}
