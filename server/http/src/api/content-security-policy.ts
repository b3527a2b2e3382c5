import { httpErrors } from '../errors.ts'

/** The words of a source list that a policy writes in quotes (CSP 3 §2.3.1). `nonce` stands for one made per answer. */
type Keyword =
  | 'none'
  | 'self'
  | 'nonce'
  | 'strict-dynamic'
  | 'report-sample'
  | 'unsafe-inline'
  | 'unsafe-eval'
  | 'unsafe-hashes'
  | 'wasm-unsafe-eval'
type Hash = `sha256-${string}` | `sha384-${string}` | `sha512-${string}`
/** A scheme (`data:`), a host (`*.example.org`) or an address (`https://cdn.example.org/lib/`). */
type Place = `${string}:` | `${string}.${string}` | `${string}://${string}` | `localhost:${number}` | '*'

/** One entry of a source list, keywords without their quotes. */
export type CspSource = Keyword | Hash | Place

/** The directives that take a list of sources. */
const sourceDirectives = {
  defaultSrc: 'default-src',
  scriptSrc: 'script-src',
  scriptSrcElem: 'script-src-elem',
  scriptSrcAttr: 'script-src-attr',
  styleSrc: 'style-src',
  styleSrcElem: 'style-src-elem',
  styleSrcAttr: 'style-src-attr',
  imgSrc: 'img-src',
  fontSrc: 'font-src',
  connectSrc: 'connect-src',
  mediaSrc: 'media-src',
  objectSrc: 'object-src',
  frameSrc: 'frame-src',
  childSrc: 'child-src',
  workerSrc: 'worker-src',
  manifestSrc: 'manifest-src',
  formAction: 'form-action',
  frameAncestors: 'frame-ancestors',
  baseUri: 'base-uri',
} as const

/** A content security policy (CSP 3), directive by directive. */
export interface CspDirectives extends Partial<Record<keyof typeof sourceDirectives, readonly CspSource[]>> {
  /** @default no sandbox */
  readonly sandbox?: readonly `allow-${string}`[]
  /** Fetch http: addresses of the page by https:. @default false: it breaks plain http in development */
  readonly upgradeInsecureRequests?: boolean
  /** `script` refuses strings where code is expected. @default neither */
  readonly requireTrustedTypesFor?: 'script'
  readonly trustedTypes?: readonly string[]
  /** A name from `reportingEndpoints`. */
  readonly reportTo?: string
}

/**
 * Own files only, nothing embedded, nothing embedding: what a page needs beyond that it names. `data:` pictures are
 * what bundlers make of small ones.
 */
export const strictPolicy: CspDirectives = {
  defaultSrc: ['self'],
  imgSrc: ['self', 'data:'],
  objectSrc: ['none'],
  baseUri: ['none'],
  formAction: ['self'],
  frameAncestors: ['none'],
}

/** A policy as text, in the two pieces between which a nonce belongs, as often as it was asked for. */
export interface CompiledPolicy {
  /** Without the nonce: what needs one is not allowed. */
  readonly plain: string
  /** The policy with a nonce; null where no directive names one. */
  readonly withNonce: ((nonce: string) => string) | null
}

const quoted: ReadonlySet<string> = new Set<Keyword>([
  'none',
  'self',
  'strict-dynamic',
  'report-sample',
  'unsafe-inline',
  'unsafe-eval',
  'unsafe-hashes',
  'wasm-unsafe-eval',
])
const hash = /^sha(?:256|384|512)-[A-Za-z0-9+/_-]+={0,2}$/
/** Anything else would end the directive, or the header. */
const place = /^[^\s;,'"]+$/

/** What stands for the nonce until there is one. */
const slot = '\0'

/**
 * Compiles a policy.
 * @throws HP_CSP_INVALID
 */
export function compilePolicy(directives: CspDirectives): CompiledPolicy {
  const template = Object.entries(sourceDirectives).flatMap(([key, name]) => {
    const sources = directives[key as keyof typeof sourceDirectives]
    return sources === undefined ? [] : [`${name} ${compileSources(name, sources)}`]
  })
  const { sandbox, trustedTypes, requireTrustedTypesFor, reportTo } = directives
  if (sandbox) template.push(['sandbox', ...checked('sandbox', sandbox)].join(' '))
  if (trustedTypes) template.push(['trusted-types', ...checked('trusted-types', trustedTypes)].join(' '))
  if (requireTrustedTypesFor) template.push("require-trusted-types-for 'script'")
  if (directives.upgradeInsecureRequests) template.push('upgrade-insecure-requests')
  if (reportTo !== undefined) template.push(`report-to ${checked('report-to', [reportTo])[0]}`)
  const text = template.join('; ')
  return {
    plain: withoutNonce(text),
    withNonce: text.includes(slot) ? (nonce) => text.replaceAll(slot, `'nonce-${nonce}'`) : null,
  }
}

function compileSources(name: string, sources: readonly CspSource[]): string {
  if (sources.length === 0) return "'none'"
  if (sources.includes('none') && sources.length > 1) {
    throw httpErrors.HP_CSP_INVALID({ directive: name, problem: 'names sources beside none' })
  }
  return sources.map((source) => compileSource(name, source)).join(' ')
}

function compileSource(name: string, source: string): string {
  if (source === 'nonce') return slot
  if (quoted.has(source) || hash.test(source)) return `'${source}'`
  return checked(name, [source])[0]!
}

function checked(name: string, words: readonly string[]): readonly string[] {
  const wrong = words.find((word) => !place.test(word))
  if (wrong === undefined) return words
  throw httpErrors.HP_CSP_INVALID({ directive: name, problem: `names ${JSON.stringify(wrong)}` })
}

/** A directive that allowed nothing but the nonce allows nothing. */
function withoutNonce(text: string): string {
  return text
    .split('; ')
    .map((directive) => {
      if (!directive.includes(slot)) return directive
      const [name, ...sources] = directive.split(' ').filter((word) => word !== slot)
      return `${name} ${sources.length === 0 ? "'none'" : sources.join(' ')}`
    })
    .join('; ')
}
