import type { IncomingHttpHeaders } from 'node:http'
import { type Coding, codings, type Effort } from './codings.ts'

/** What a client takes, best first; without `identity` where it refuses a body that is not coded. */
export type Acceptance = readonly (Coding | 'identity')[]

/** Nothing was asked for: any coding would do, and no coding at all is what every client understands. */
export const identityOnly: Acceptance = ['identity']

/** Among codings a client takes equally: the smallest for what is kept, the cheapest for what is sent once. */
const preference: Record<Effort, readonly Coding[]> = {
  kept: codings,
  passing: ['zstd', 'br', 'gzip'],
}

/**
 * Reads an Accept-Encoding by its q-values (RFC 9110 §12.5.3). What is not listed counts as `*` says, and `identity`
 * is acceptable, after everything that was listed, unless `identity;q=0` or `*;q=0` refuses it.
 */
export function parseAcceptEncoding(field: string, effort: Effort): Acceptance {
  const weights = readWeights(field)
  const others = weights.get('*')
  const of = (coding: string) => weights.get(coding) ?? others ?? 0
  const identity = weights.get('identity') ?? (others === 0 ? 0 : leastWeight)
  const ranked: [Coding | 'identity', number][] = preference[effort].map((coding) => [coding, of(coding)])
  ranked.push(['identity', identity])
  const accepted = ranked.filter(([, weight]) => weight > 0)
  return accepted.sort(([, one], [, other]) => other - one).map(([coding]) => coding)
}

/** Below every weight that can be written. */
const leastWeight = 0.000_1

function readWeights(field: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const part of field.split(',')) {
    const [name = '', ...parameters] = part.split(';')
    const coding = name.trim().toLowerCase()
    if (coding === '') continue
    weights.set(coding === 'x-gzip' ? 'gzip' : coding, weightOf(parameters))
  }
  return weights
}

/** 1 where nothing is said; 0 for what cannot be read, so that no client gets a coding by mistake. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=')
    if (name!.trim().toLowerCase() !== 'q') continue
    return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value.trim()) ? Number(value) : 0
  }
  return 1
}

/** Values of Accept-Encoding that are remembered: browsers send very few. */
const maxRemembered = 64
const longestRemembered = 128

/** Reads Accept-Encoding, remembering what it has read before. */
export function createAcceptanceReader(effort: Effort): (field: string | undefined) => Acceptance {
  const known = new Map<string, Acceptance>()

  function read(field: string): Acceptance {
    const accepted = parseAcceptEncoding(field, effort)
    if (field.length > longestRemembered) return accepted
    if (known.size >= maxRemembered) known.clear()
    known.set(field, accepted)
    return accepted
  }

  return (field) => (field === undefined ? identityOnly : (known.get(field) ?? read(field)))
}

/** Whether a client asks for a body as it is, whatever it says it could decode (RFC 9111 §5.2.1.6). */
export function refusesTransform(headers: IncomingHttpHeaders): boolean {
  if (headers['x-no-compression'] !== undefined) return true
  const directives = headers['cache-control']
  return directives !== undefined && /(?:^|[\s,])no-transform\b/i.test(directives)
}
