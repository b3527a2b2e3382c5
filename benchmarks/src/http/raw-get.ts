import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { path as usualPath } from './answer.ts'
import type { RequestHead } from './heads.ts'

export interface RawAnswer {
  readonly headers: Readonly<Record<string, string>>
  /** As it came over the wire. */
  readonly body: Buffer
}

export interface RawRequest {
  readonly port: number
  readonly path?: string
  readonly head?: RequestHead
}

/** Asks once, and decodes nothing. */
export async function rawGet({ port, path = usualPath, head = {} }: RawRequest): Promise<RawAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { ...head }, agent: false }, resolve).once('error', reject)
  })
  const body = await buffer(response)
  return { headers: response.headers as Record<string, string>, body }
}
