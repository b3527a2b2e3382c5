import { HotpathError } from '@hotpath/core'
import { DatabaseError } from 'pg'
import { postgresErrors } from './errors.ts'

/** Where a connection goes, as far as it may be told: no password. */
export interface ConnectTarget {
  host: string
  port: number
  user: string
  database: string
}

/** What a failed attempt to connect means to a person, with what to do. The driver's error stays its cause. */
export function explainConnectError(error: Error, target: ConnectTarget): HotpathError {
  if (error instanceof HotpathError) return error
  const address = `${target.host}:${target.port}`
  const refusal = refusalOf(error, target)
  if (refusal) {
    const { user, database } = target
    return postgresErrors.HP_DATABASE_REFUSED({ address, user, database, ...refusal }, { cause: error })
  }
  return postgresErrors.HP_DATABASE_UNREACHABLE({ address, problem: networkProblem(error) }, { cause: error })
}

interface Refusal {
  problem: string
  code: string
  advice: string
}

function refusalOf(error: Error, { database }: ConnectTarget): Refusal | undefined {
  if (error instanceof DatabaseError) {
    const code = error.code ?? 'no SQLSTATE'
    return { problem: error.message, code, advice: adviceFor(code, database) }
  }
  if (/^SASL\b.*password/.test(error.message)) {
    return { problem: 'it asks for a password', code: '28P01', advice: adviceFor('28P01', database) }
  }
  if (/SSL/.test(error.message)) {
    return { problem: error.message, code: 'TLS', advice: 'Correct sslmode in the database URL.' }
  }
  return undefined
}

function adviceFor(code: string, database: string): string {
  if (code.startsWith('28')) return 'Correct user and password of the database URL, or pg_hba.conf.'
  if (code === '3D000') return `Create it (createdb ${database}), or correct the name in the database URL.`
  if (code === '53300') return 'Lower poolSize, run fewer processes, or raise max_connections of the server.'
  if (code === '57P03') return 'Wait until the server has started.'
  return 'Read the server log.'
}

const networkProblems: Record<string, string> = {
  ECONNREFUSED: 'no server listens there (ECONNREFUSED)',
  ENOTFOUND: 'the host name is unknown (ENOTFOUND)',
  EAI_AGAIN: 'the host name could not be looked up (EAI_AGAIN)',
  ETIMEDOUT: 'it did not answer in time (ETIMEDOUT)',
  ECONNRESET: 'it cut the connection (ECONNRESET)',
  ENOENT: 'there is no such socket (ENOENT)',
}

function networkProblem(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined) return networkProblems[code] ?? code
  if (/time(d )?out|timeout expired/i.test(error.message)) return 'it did not answer within connectTimeout'
  if (/terminated unexpectedly/.test(error.message)) return 'it cut the connection'
  return error.message
}
