import { createHash, timingSafeEqual } from 'node:crypto'
import type { FromMember, ToMember } from './messages.ts'

/** To an agent: what its generator is told, and the question what time it is. */
export type ToAgent = ToMember | { type: 'clock' }

/** From an agent: what its generator says; its clock (milliseconds since 1970); how its generator ended. */
export type FromAgent = FromMember | { type: 'clock'; now: number } | { type: 'ended'; problem: string }

/** Histograms of 500 endpoints, and what a setup prepared, fit many times over. */
export const largestMessage = 256 * 2 ** 20
/** A token that could be guessed would let anybody on the network drive load from here. */
export const shortestToken = 16
export const agentPath = '/hotpath-load-agent'

/** Whether a request carries the token. Compared by digest: neither content nor length shows in the time it takes. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** This process's clock in milliseconds since 1970, with fractions. */
export const epochNow = (): number => performance.timeOrigin + performance.now()
