import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notFound, problemDetails, problemType } from './problem.ts'

/**
 * Serves the built pages: assets, whose names carry their hash, for a year; the one page itself, at every address
 * that is none of the API's and names no file, checked at each use.
 */
export async function servePages(app: FastifyInstance, folder: string): Promise<void> {
  const isBuilt = existsSync(path.join(folder, 'index.html'))
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      index: false,
      // The bundler's manifest lies in a folder of that kind.
      dotfiles: 'ignore',
      setHeaders(reply, file) {
        const isHashed = file.startsWith(path.join(folder, 'assets') + path.sep)
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  const answer = isBuilt ? sendPage : sendBuildFirst
  // To the file server the root is a folder, and refused as such.
  app.get('/', (_, reply) => answer(reply))
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request)) answer(reply)
    else sendNotFound(reply)
  })
}

function isPage({ method, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const [address] = url.split('?', 1) as [string]
  if (address === '/api' || address.startsWith('/api/')) return false
  return !address.slice(address.lastIndexOf('/')).includes('.')
}

function sendPage(reply: FastifyReply): void {
  void reply.code(200).sendFile('index.html')
}

function sendBuildFirst(reply: FastifyReply): void {
  void reply
    .code(503)
    .header('content-type', 'text/plain; charset=utf-8')
    .header('cache-control', 'no-store')
    .send('The pages have not been built yet. Run: npx hotpath build\n')
}

function sendNotFound(reply: FastifyReply): void {
  const { status, message } = notFound('address')
  void reply
    .code(status)
    .header('content-type', problemType)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemDetails(status, message)))
}
