import {
  type CdnAdapter,
  cloudflare,
  createPurgeQueue,
  fastly,
  purgeOfPattern,
  type PurgeQueue,
  purgeRequests,
} from '@hotpath/http/cdn'
import type { CdnDialect } from '@hotpath/http/cdn'
import type { Environment } from './environment.ts'
import { appErrors } from './errors.ts'
import type { Purge } from './purge-request.ts'

/** The CDNs in front of an application. */
export interface Cdns {
  /** In which words responses tell them the policy. */
  readonly dialects: readonly CdnDialect[]
  /** Asks each of them to drop what was invalidated; never waits, never fails. */
  purge(what: Purge): void
  /** What waits, what was done, and the audit trail, by CDN. */
  stats(): CdnStats[]
  close(): Promise<void>
}

export interface CdnStats extends ReturnType<PurgeQueue['stats']> {
  cdn: string
  /** The last purges, oldest first. */
  records: ReturnType<PurgeQueue['records']>
}

/**
 * The CDNs that the environment names; null where it names none.
 * @throws HP_ENVIRONMENT_INVALID
 */
export function openCdns(environment: Environment): Cdns | null {
  const named = adaptersOf(environment)
  if (named.length === 0) return null
  const sites = sitesOf(environment)
  const queues = named.map(({ adapter }) => ({ cdn: adapter.name, queue: createPurgeQueue({ adapter }) }))
  return {
    dialects: [...new Set(named.map(({ dialect }) => dialect))],
    purge({ tags, pattern }) {
      for (const { queue } of queues) {
        if (tags !== undefined) queue.purge({ kind: 'tags', values: tags })
        if (pattern !== undefined) queue.purge(purgeOfPattern(pattern, sites))
      }
    },
    stats: () => queues.map(({ cdn, queue }) => ({ cdn, ...queue.stats(), records: queue.records() })),
    close: async () => void (await Promise.all(queues.map(({ queue }) => queue.close()))),
  }
}

interface Named {
  adapter: CdnAdapter
  dialect: CdnDialect
}

function adaptersOf(environment: Environment): Named[] {
  const named: Named[] = []
  const zone = pairOf(environment, 'CLOUDFLARE_ZONE_ID', 'CLOUDFLARE_API_TOKEN')
  if (zone) named.push({ adapter: cloudflare({ zoneId: zone[0], token: zone[1] }), dialect: 'cache-tag' })
  const service = pairOf(environment, 'FASTLY_SERVICE_ID', 'FASTLY_API_TOKEN')
  if (service)
    named.push({ adapter: fastly({ serviceId: service[0], token: service[1] }), dialect: 'surrogate' })
  const bases = originsOf(environment, 'HOTPATH_CDN_URL')
  if (bases.length > 0) {
    const secret = environment.HOTPATH_CDN_SECRET ?? ''
    const headers = secret === '' ? {} : { 'X-Purge-Secret': secret }
    // A cache that only fetches anew knows neither tags nor prefixes.
    const refreshes = environment.HOTPATH_CDN_METHOD === 'GET'
    const how = refreshes ? ({ method: 'GET', banMethod: null } as const) : {}
    named.push({ adapter: purgeRequests({ bases, headers, ...how }), dialect: 'cache-tag' })
  }
  return named
}

/** Two variables that mean nothing without each other. */
function pairOf<Name extends keyof Environment>(
  environment: Environment,
  id: Name,
  secret: Name,
): [string, string] | null {
  const values: [string, string] = [environment[id] ?? '', environment[secret] ?? '']
  if (values[0] === '' && values[1] === '') return null
  if (values[0] !== '' && values[1] !== '') return values
  throw appErrors.HP_ENVIRONMENT_INVALID({
    name: values[0] === '' ? id : secret,
    given: '',
    why: `${id} and ${secret} belong together.`,
    fix: 'Set both, or none.',
  })
}

function sitesOf(environment: Environment): string[] {
  const sites = originsOf(environment, 'HOTPATH_SITE')
  if (sites.length > 0) return sites
  throw appErrors.HP_ENVIRONMENT_INVALID({
    name: 'HOTPATH_SITE',
    given: '',
    why: 'A CDN knows what it stores by whole URLs.',
    fix: 'Write HOTPATH_SITE=https://www.example.org; several stand with commas between them.',
  })
}

function originsOf(environment: Environment, name: 'HOTPATH_SITE' | 'HOTPATH_CDN_URL'): string[] {
  const given = environment[name] ?? ''
  if (given === '') return []
  return given.split(',').map((address) => {
    const url = URL.parse(address.trim())
    if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.username === '')
      return url.origin
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name,
      given: url?.password ? 'an address with a password' : address.trim(),
      why: 'It takes addresses of a scheme, a host and a port, with commas between them.',
      fix: `Write for example ${name}=${name === 'HOTPATH_SITE' ? 'https://www.example.org' : 'http://varnish:6081'}.`,
    })
  })
}
