import type { RequestListener, Server } from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import { adminRoutes } from './api/admin.ts'
import { answerRoutes } from './api/answers.ts'
import { askRoutes } from './api/ask.ts'
import { authRoutes } from './api/auth.ts'
import { ballotRoutes } from './api/ballots.ts'
import { candidateRoutes } from './api/candidates.ts'
import { cityRoutes } from './api/cities.ts'
import { contestRoutes } from './api/contests.ts'
import type { ApiContext } from './api/context.ts'
import { meRoutes } from './api/me.ts'
import { questionRoutes } from './api/questions.ts'
import { voteRoutes } from './api/votes.ts'
import { type ErrorLog, sendError } from './error-handler.ts'
import { identityKey } from './identify.ts'
import { servePages } from './pages.ts'

export interface ServerOptions extends ApiContext {
  /** Folder of the built pages; may be missing. */
  pages: string
  logError: ErrorLog
  /** Makes the server that requests arrive at, so that something may stand before the application. @default node:http's own */
  serverFactory?: (listener: RequestListener) => Server
}

const largestBody = 64 * 1024

/** The whole application over its collaborators; listening is left to the caller. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { pages, logError, serverFactory, ...context } = options
  const app = Fastify({
    bodyLimit: largestBody,
    ...(serverFactory && { serverFactory }),
    // Addresses that cannot be decoded never reach the error handler.
    frameworkErrors: (error, _, reply) => void sendError(reply, error, logError),
  })
  app.decorateRequest(identityKey, null)
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler((error, _, reply) => sendError(reply, error, logError))
  for (const register of resources) register(app, context)
  await servePages(app, pages)
  return app
}

const resources = [
  cityRoutes,
  ballotRoutes,
  contestRoutes,
  candidateRoutes,
  questionRoutes,
  askRoutes,
  voteRoutes,
  answerRoutes,
  authRoutes,
  meRoutes,
  adminRoutes,
]
