import type { FastifyInstance } from 'fastify'
import { readBody, readText } from '../fields.ts'
import { verifyPassword } from '../password.ts'
import { Problem } from '../problem.ts'
import type { Db } from '../schema.ts'
import type { ApiContext } from './context.ts'
import type { Login, User } from './shapes.ts'

/** Signing in. */
export function authRoutes(app: FastifyInstance, { db, tokens, clock }: ApiContext): void {
  app.post('/api/auth/login', async ({ body }, reply): Promise<Login> => {
    const fields = readBody(body)
    const email = readText(fields, 'email', { least: 3, most: 254 }).toLowerCase()
    const password = readText(fields, 'password', { least: 1, most: 200 })
    const { hash, user } = await findAccount(db, email)
    const isRight = await verifyPassword(password, hash)
    // One answer for both: it does not tell which accounts exist.
    if (!isRight || !user) throw new Problem(401, 'No account has this e-mail address and password.')
    const { token, expiresAt } = tokens.issue({ userId: user.id, role: user.role }, clock())
    reply.header('cache-control', 'no-store')
    return { token, expiresAt: new Date(expiresAt).toISOString(), user }
  })
}

async function findAccount(db: Db, email: string): Promise<{ hash: string | null; user: User | null }> {
  const found = await db
    .selectFrom('users')
    .leftJoin('candidates', 'candidates.user_id', 'users.id')
    .select(['users.id', 'users.name', 'email', 'role', 'password_hash', 'candidates.id as candidateId'])
    .where('email', '=', email)
    .executeTakeFirst()
  if (!found) return { hash: null, user: null }
  const { password_hash: hash, ...user } = found
  return { hash, user }
}
