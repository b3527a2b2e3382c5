import { appErrors } from './errors.ts'

/** Servers and their addresses, as one variable may name them. */
const mostReplicas = 16

/**
 * The addresses of replicas, with commas between them. What is wrong with one is said without it: it may hold a password.
 * @throws HP_ENVIRONMENT_INVALID
 */
export function readReplicaUrls(given: string, databaseUrl: string): readonly string[] {
  if (given.trim() === '') return []
  const urls = given.split(',').map((address) => address.trim())
  const problem = databaseUrl === '' ? 'addresses, without a DATABASE_URL' : problemOf(urls)
  if (problem === null) return urls
  throw appErrors.HP_ENVIRONMENT_INVALID({
    name: 'DATABASE_REPLICA_URLS',
    given: problem,
    why: 'It names streaming replicas of the server at DATABASE_URL, with commas between them.',
    fix: 'Write DATABASE_REPLICA_URLS=postgres://user:password@replica:5432/database beside DATABASE_URL, with special characters of the password percent-encoded (a comma is %2C), or leave it unset.',
  })
}

function problemOf(urls: readonly string[]): string | null {
  if (urls.length > mostReplicas) return `${urls.length} addresses, of ${mostReplicas} at most`
  if (new Set(urls).size < urls.length) return 'an address that stands twice'
  for (const address of urls) {
    const url = URL.parse(address)
    if (url === null) return `${address.length} characters that are no URL`
    if (!/^postgres(ql)?:$/.test(url.protocol)) return 'an address of another kind'
    if (url.hostname === '') return `${url.protocol}// without a host`
  }
  return null
}
