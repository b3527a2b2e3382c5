import path from 'node:path'
import { type Duration, parseDuration } from '@hotpath/core'
import type { TrustedProxies } from '@hotpath/http/limits'
import { appErrors } from './errors.ts'
import { readReplicaUrls } from './replica-urls.ts'
import { readVersion, readWebhook } from './webhook-settings.ts'

/** The variables that Hotpath reads; nothing below the composition root reads any. */
export interface Environment {
  /** Postgres to use; unset means embedded (PGlite). */
  DATABASE_URL?: string | undefined
  /**
   * Streaming replicas of that Postgres, with commas between them, for the reads of routes that say `replica: true`.
   * @default none
   */
  DATABASE_REPLICA_URLS?: string | undefined
  /** Most connections of the pool to that Postgres, in each process. @default 10 */
  DATABASE_POOL_SIZE?: string | undefined
  /**
   * Redis that all processes of the application share: what one of them invalidates, none serves. Several addresses
   * of one Redis Cluster stand with commas between them. Unset means that each process keeps its own.
   */
  REDIS_URL?: string | undefined
  /** `off` leaves the application as if Hotpath only watched. @default on */
  HOTPATH?: string | undefined
  /** Opens the console and the metrics to callers from elsewhere who present it. At least 16 characters. */
  HOTPATH_TOKEN?: string | undefined
  /** The same for looking only: nothing can be changed, and no values of statements are shown. At least 16 characters. */
  HOTPATH_VIEW_TOKEN?: string | undefined
  /**
   * Proxies in front of the server that are believed to say whose request they pass on, in X-Forwarded-For: how many
   * there are, or their addresses and CIDR ranges with commas between them. @default 0: the peer is the client
   */
  HOTPATH_PROXIES?: string | undefined
  /**
   * How long the process takes requests in after it was told to end, while load balancers notice: `5s`.
   * @default 5s where somebody asks /ready, else nothing
   */
  HOTPATH_DRAIN?: string | undefined
  /** Where embedded data lives. @default .hotpath in the current folder */
  HOTPATH_FOLDER?: string | undefined
  /**
   * Random, and the same in all workers of one start: for what an application signs so that its other processes
   * accept it. Set by `hotpath start --workers`.
   */
  HOTPATH_RUN_SECRET?: string | undefined
  /**
   * `shadow`: the HTTP cache neither stores nor serves nor sends headers, and counts what it would have done. Objects
   * are cached as ever. @default on
   */
  HOTPATH_CACHE?: string | undefined
  /**
   * `on`: hits of plain requests are answered from the socket, past node:http. For plain HTTP behind a load balancer; set
   * by `--fast-path`. @default off
   */
  HOTPATH_FAST_PATH?: string | undefined
  /** A file for a line about every request; `-` is the standard output. Opened again at SIGUSR2. */
  HOTPATH_ACCESS_LOG?: string | undefined
  /** `combined` or `json`. @default combined */
  HOTPATH_ACCESS_LOG_FORMAT?: string | undefined
  /** Cloudflare in front of the application: what is invalidated is purged there too. With CLOUDFLARE_API_TOKEN. */
  CLOUDFLARE_ZONE_ID?: string | undefined
  CLOUDFLARE_API_TOKEN?: string | undefined
  /** Fastly in front of the application. With FASTLY_API_TOKEN. */
  FASTLY_SERVICE_ID?: string | undefined
  FASTLY_API_TOKEN?: string | undefined
  /** Caches in front of the application that are purged over HTTP: `http://varnish:6081`, with commas between several. */
  HOTPATH_CDN_URL?: string | undefined
  /** `PURGE`, with BAN for tags; `GET` for caches that fetch anew when they are shown the secret (nginx). @default PURGE */
  HOTPATH_CDN_METHOD?: string | undefined
  /** Sent to them as X-Purge-Secret. */
  HOTPATH_CDN_SECRET?: string | undefined
  /** Under which addresses a CDN serves the application: `https://www.example.org`, with commas between several. */
  HOTPATH_SITE?: string | undefined
  /** Alerts are posted there as JSON; `https:` or `http:`. @default they are shown and logged */
  HOTPATH_WEBHOOK_URL?: string | undefined
  /** Signs what is posted (HMAC-SHA256). At least 16 characters. @default not signed */
  HOTPATH_WEBHOOK_SECRET?: string | undefined
  /** Names the version that runs, so that a deploy is seen. @default the package's version and the commit */
  HOTPATH_VERSION?: string | undefined
  /** Which of several processes this is, counted from 1; set by `hotpath start --workers`. */
  HOTPATH_WORKER?: string | undefined
}

export interface Settings {
  layer: 'on' | 'off'
  databaseUrl: string | null
  replicaUrls: readonly string[]
  /** Null where nobody set one. */
  poolSize: number | null
  redisUrl: string | null
  token: string | null
  viewToken: string | null
  proxies: TrustedProxies | null
  cacheMode: 'on' | 'shadow'
  /** Hits are answered from the socket. */
  fastPath: boolean
  accessLog: { path: string; format: 'combined' | 'json' } | null
  /** Null where it depends on whether anybody asks for readiness. */
  drainFor: Duration | null
  /** Null where nobody set one. */
  runSecret: string | null
  /** Null where nobody set one. */
  webhook: { url: string; secret?: string } | null
  /** Null where nobody set one. */
  version: string | null
  /** This application's own data folder. */
  folder: string
  /** Null where this process stands alone. */
  workerNumber: number | null
}

const shortestToken = 16

/**
 * What the environment says, checked.
 * @throws HP_ENVIRONMENT_INVALID naming the variable, its value (never a secret's) and what to write instead
 */
export function readEnvironment(environment: Environment, app: string): Settings {
  const { DATABASE_URL = '', REDIS_URL = '', HOTPATH = '' } = environment
  const { HOTPATH_FOLDER = '', HOTPATH_WORKER = '', HOTPATH_PROXIES = '' } = environment
  const { HOTPATH_DRAIN = '', HOTPATH_RUN_SECRET = '' } = environment
  if (!['', 'on', 'off'].includes(HOTPATH)) {
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name: 'HOTPATH',
      given: HOTPATH,
      why: 'It switches the layer and knows two words.',
      fix: 'Write HOTPATH=on or HOTPATH=off, or leave it unset for on.',
    })
  }
  return {
    layer: HOTPATH === 'off' ? 'off' : 'on',
    databaseUrl: DATABASE_URL === '' ? null : DATABASE_URL,
    replicaUrls: readReplicaUrls(environment.DATABASE_REPLICA_URLS ?? '', DATABASE_URL),
    poolSize: readPoolSize(environment),
    cacheMode: readChoice(environment, 'HOTPATH_CACHE', ['on', 'shadow']),
    fastPath: readChoice(environment, 'HOTPATH_FAST_PATH', ['off', 'on']) === 'on',
    accessLog: readAccessLog(environment),
    redisUrl: REDIS_URL === '' ? null : readRedisUrl(REDIS_URL),
    ...readTokens(environment),
    proxies: HOTPATH_PROXIES === '' ? null : readProxies(HOTPATH_PROXIES),
    drainFor: HOTPATH_DRAIN === '' ? null : readDrain(HOTPATH_DRAIN),
    runSecret: HOTPATH_RUN_SECRET === '' ? null : HOTPATH_RUN_SECRET,
    webhook: readWebhook(environment),
    version: readVersion(environment),
    folder: path.resolve(HOTPATH_FOLDER === '' ? '.hotpath' : HOTPATH_FOLDER, app),
    workerNumber: HOTPATH_WORKER === '' ? null : Number(HOTPATH_WORKER),
  }
}

/** @throws HP_ENVIRONMENT_INVALID for tokens that can be guessed, and for one that stands for both roles */
function readTokens(environment: Environment): Pick<Settings, 'token' | 'viewToken'> {
  const [token, viewToken] = (['HOTPATH_TOKEN', 'HOTPATH_VIEW_TOKEN'] as const).map((name) => {
    const given = environment[name] ?? ''
    if (given === '') return null
    if (given.length >= shortestToken) return given
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name,
      given: `${given.length} characters`,
      why: `A token of under ${shortestToken} characters can be guessed.`,
      fix: 'Make one with: openssl rand -hex 24',
    })
  })
  if (viewToken && viewToken === token) {
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name: 'HOTPATH_VIEW_TOKEN',
      given: 'the value of HOTPATH_TOKEN',
      why: 'Who holds it could not only look but change things.',
      fix: 'Make another one with: openssl rand -hex 24',
    })
  }
  return { token: token ?? null, viewToken: viewToken ?? null }
}

/** One of a few words, the first of them where it is not set. */
function readChoice<const Word extends string>(
  environment: Environment,
  name: 'HOTPATH_CACHE' | 'HOTPATH_FAST_PATH' | 'HOTPATH_ACCESS_LOG_FORMAT',
  words: readonly [Word, ...Word[]],
): Word {
  const given = environment[name] ?? ''
  const word = given === '' ? words[0] : words.find((known) => known === given)
  if (word !== undefined) return word
  throw appErrors.HP_ENVIRONMENT_INVALID({
    name,
    given,
    why: `It knows the words ${words.join(' and ')}.`,
    fix: `Write ${name}=${words[1] ?? words[0]}, or leave it unset for ${words[0]}.`,
  })
}

function readAccessLog(environment: Environment): Settings['accessLog'] {
  const format = readChoice(environment, 'HOTPATH_ACCESS_LOG_FORMAT', ['combined', 'json'])
  const { HOTPATH_ACCESS_LOG: file = '' } = environment
  return file === '' ? null : { path: file, format }
}

function readPoolSize({ DATABASE_POOL_SIZE: given = '' }: Environment): number | null {
  if (given === '') return null
  if (/^[1-9]\d{0,3}$/.test(given)) return Number(given)
  throw appErrors.HP_ENVIRONMENT_INVALID({
    name: 'DATABASE_POOL_SIZE',
    given,
    why: 'It is the number of connections that one process may open.',
    fix: 'Write a whole number from 1 to 9999, or leave it unset for 10.',
  })
}

/** What the addresses are worth is checked where they are used. */
function readProxies(given: string): TrustedProxies {
  if (/^\d{1,2}$/.test(given)) return { trust: Number(given) }
  return { trust: given.split(',').map((address) => address.trim()) }
}

function readDrain(given: string): Duration {
  try {
    const duration = given as Duration
    parseDuration(duration)
    return duration
  } catch (cause) {
    throw appErrors.HP_ENVIRONMENT_INVALID(
      {
        name: 'HOTPATH_DRAIN',
        given,
        why: 'It is how long load balancers have to notice that the process is about to end.',
        fix: 'Write for example HOTPATH_DRAIN=5s, or leave it unset.',
      },
      { cause },
    )
  }
}

/** Addresses as the client takes them. What is wrong with one is said without it: it may hold a password. */
function readRedisUrl(given: string): string {
  for (const address of given.split(',')) {
    const problem = redisUrlProblem(address.trim())
    if (problem === null) continue
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name: 'REDIS_URL',
      given: problem,
      why: 'It says where the Redis is that all processes of the application share.',
      fix: 'Write REDIS_URL=redis://host:6379, with user:password@ before the host where Redis asks for it, and rediss:// for TLS. Characters such as @ and / in a password are percent-encoded.',
    })
  }
  return given
}

function redisUrlProblem(address: string): string | null {
  const url = URL.parse(address)
  if (url === null) return `${address.length} characters that are no URL`
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') return 'an address of another kind'
  return url.hostname === '' ? `${url.protocol}// without a host` : null
}
