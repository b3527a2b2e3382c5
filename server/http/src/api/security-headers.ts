import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Duration, parseDuration } from '@hotpath/core'
import {
  type CompiledPolicy,
  type CspDirectives,
  compilePolicy,
  strictPolicy,
} from './content-security-policy.ts'
import { httpErrors } from '../errors.ts'
import { beforeHead } from './before-head.ts'
import type { Stage } from './stage.ts'

type CrossOrigin = 'same-origin' | 'same-site' | 'cross-origin'

/** What is said to browsers beside each answer; `false` leaves a header out. */
export interface SecurityOptions {
  /** Content-Security-Policy; what is given here is laid over the strict default, directive by directive. */
  csp?: CspDirectives | false
  /** Breaches are reported, not stopped. @default false */
  cspReportOnly?: boolean
  /** Names and https: addresses where browsers send reports (Reporting API). @default none */
  reportingEndpoints?: Readonly<Record<string, string>>
  /** Strict-Transport-Security (RFC 6797), which browsers obey over https: only. @default a year, this host alone */
  hsts?: { maxAge: Duration; includeSubDomains?: boolean; preload?: boolean } | false
  /** X-Content-Type-Options. @default true */
  nosniff?: boolean
  /** @default 'strict-origin-when-cross-origin' */
  referrerPolicy?: string | false
  /** Features a page may use, by name, with the origins that may: `{ camera: [], geolocation: ['self'] }`. @default none of the intrusive ones */
  permissions?: Readonly<Record<string, readonly string[]>> | false
  /** Cross-Origin-Opener-Policy. @default 'same-origin' */
  coop?: 'same-origin' | 'same-origin-allow-popups' | 'unsafe-none' | false
  /** Cross-Origin-Resource-Policy. @default 'same-origin' */
  corp?: CrossOrigin | false
  /** Cross-Origin-Embedder-Policy. @default false: it breaks pages that embed anything that does not ask for it */
  coep?: 'require-corp' | 'credentialless' | false
  /** Leave X-Powered-By out, whoever sets it. @default true */
  hidePoweredBy?: boolean
  /** Bytes of a nonce. @default from node:crypto */
  random?: (bytes: number) => Buffer
}

export const securityDefaults = {
  csp: {},
  cspReportOnly: false,
  reportingEndpoints: {},
  hsts: { maxAge: '365d' },
  nosniff: true,
  referrerPolicy: 'strict-origin-when-cross-origin',
  permissions: {
    camera: [],
    'display-capture': [],
    geolocation: [],
    microphone: [],
    payment: [],
    usb: [],
  },
  coop: 'same-origin',
  corp: 'same-origin',
  coep: false,
  hidePoweredBy: true,
  random: randomBytes,
} as const satisfies Required<SecurityOptions>

/** What the stage leaves on a response, for `nonceOf`. */
interface Guarded {
  readonly policy: CompiledPolicy
  readonly header: string
  readonly random: (bytes: number) => Buffer
  nonce: string | undefined
}

const kGuarded = Symbol('hotpath.http.guarded')
type GuardedResponse = ServerResponse & { [kGuarded]?: Guarded }

/**
 * Puts these headers on each answer, where the handler does not set its own. It belongs behind the HTTP cache: then
 * they are part of what is stored, and a hit carries them without any work.
 * @throws HP_CSP_INVALID, HP_SECURITY_HEADER_INVALID, HP_DURATION_INVALID
 */
export function securityHeaders(options: SecurityOptions = {}): Stage {
  const given = { ...securityDefaults, ...options }
  const policy = given.csp === false ? null : compilePolicy({ ...strictPolicy, ...given.csp })
  const header = given.cspReportOnly ? 'Content-Security-Policy-Report-Only' : 'Content-Security-Policy'
  const lines = securityLines(given)
  if (policy) lines.push([header, policy.plain])
  const { random, hidePoweredBy } = given
  return (next) => (request: IncomingMessage, response: GuardedResponse) => {
    for (const [name, value] of lines) response.setHeader(name, value)
    if (policy?.withNonce) response[kGuarded] = { policy, header, random, nonce: undefined }
    // Frameworks set it at any time before the head goes out.
    if (hidePoweredBy) beforeHead(response, withoutPoweredBy)
    next(request, response)
  }
}

/**
 * The nonce of this answer, for the `nonce` attribute of its scripts and styles. Made when it is first asked for:
 * only then the policy names one, and the answer is never stored, since a nonce must not be sent twice (CSP 3 §7.1).
 * @throws HP_NONCE_UNAVAILABLE when no directive of the policy names `nonce`, or the head has gone out
 */
export function nonceOf(response: ServerResponse): string {
  const guarded = (response as GuardedResponse)[kGuarded]
  if (guarded?.nonce !== undefined) return guarded.nonce
  if (!guarded || response.headersSent) {
    throw httpErrors.HP_NONCE_UNAVAILABLE({
      problem: guarded ? 'the head of this answer has gone out' : 'no directive of its policy names one',
    })
  }
  const nonce = guarded.random(16).toString('base64')
  guarded.nonce = nonce
  response.setHeader(guarded.header, guarded.policy.withNonce!(nonce))
  return nonce
}

type Given = Required<SecurityOptions>

/** The headers that are the same for all answers. */
function securityLines(given: Given): [string, string][] {
  const lines: [string, string | false][] = [
    ['Strict-Transport-Security', hstsOf(given.hsts)],
    ['X-Content-Type-Options', given.nosniff && 'nosniff'],
    ['X-Frame-Options', frameOptions(given)],
    ['Referrer-Policy', given.referrerPolicy],
    ['Permissions-Policy', permissionsOf(given.permissions)],
    ['Cross-Origin-Opener-Policy', given.coop],
    ['Cross-Origin-Resource-Policy', given.corp],
    ['Cross-Origin-Embedder-Policy', given.coep],
    ['Reporting-Endpoints', endpointsOf(given.reportingEndpoints)],
  ]
  return lines.filter((line): line is [string, string] => line[1] !== false)
}

function hstsOf(hsts: Given['hsts']): string | false {
  if (hsts === false) return false
  const parts = [`max-age=${Math.floor(parseDuration(hsts.maxAge) / 1000)}`]
  if (hsts.includeSubDomains) parts.push('includeSubDomains')
  if (hsts.preload) parts.push('preload')
  return parts.join('; ')
}

/** What `frame-ancestors` says, for browsers that do not know it; a list of hosts has no old form. */
function frameOptions({ csp, cspReportOnly }: Given): string | false {
  if (csp === false || cspReportOnly) return false
  const [only, more] = { ...strictPolicy, ...csp }.frameAncestors ?? []
  if (only === undefined || more !== undefined) return false
  return only === 'none' ? 'DENY' : only === 'self' && 'SAMEORIGIN'
}

function permissionsOf(permissions: Given['permissions']): string | false {
  if (permissions === false) return false
  const features = Object.entries(permissions).map(([feature, origins]) => {
    const allowed = origins.map((origin) =>
      origin === 'self' || origin === '*' ? origin : `"${url(origin)}"`,
    )
    return `${token(feature)}=(${allowed.join(' ')})`
  })
  return features.length > 0 && features.join(', ')
}

function endpointsOf(endpoints: Given['reportingEndpoints']): string | false {
  const named = Object.entries(endpoints).map(([name, address]) => `${token(name)}="${url(address)}"`)
  return named.length > 0 && named.join(', ')
}

function token(name: string): string {
  if (/^[a-z][a-z0-9_-]*$/.test(name)) return name
  throw httpErrors.HP_SECURITY_HEADER_INVALID({ given: JSON.stringify(name), expected: 'a lower-case name' })
}

function url(address: string): string {
  if (URL.canParse(address) && !/["\\\s]/.test(address)) return address
  throw httpErrors.HP_SECURITY_HEADER_INVALID({
    given: JSON.stringify(address),
    expected: 'an https: address',
  })
}

const withoutPoweredBy = (response: ServerResponse): void => response.removeHeader('X-Powered-By')
