import { Buffer } from 'node:buffer'
import http, { type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'

/** An answer as it came over the wire, and what its client makes of it. */
export interface CodedAnswer {
  status: number
  headers: IncomingHttpHeaders
  wire: Buffer
  text: string
}

export interface CodedRequest {
  port: number
  path?: string
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

const decoders: Record<string, (body: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  gzip: gunzipSync,
}

/** Asks, and decodes what comes by its Content-Encoding. */
export async function askCoded({ port, path = '/', body, ...given }: CodedRequest): Promise<CodedAnswer> {
  const request = http.request({ host: '127.0.0.1', port, path, agent: false, ...given })
  request.end(body)
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject)
  })
  const wire = await buffer(response)
  const coding = response.headers['content-encoding']
  const decoded = coding === undefined || wire.length === 0 ? wire : decoders[coding]!(wire)
  return { status: response.statusCode!, headers: response.headers, wire, text: decoded.toString() }
}

/** A server on a port of its own. */
export async function listen(listener: RequestListener): Promise<{ port: number } & AsyncDisposable> {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Text that compresses, of about this many bytes. */
export function words(bytes: number): string {
  let text = ''
  for (let index = 0; text.length < bytes; index++) text += `ballot ${index * 7919} of the council, `
  return text
}
