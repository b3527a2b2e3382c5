import type { Exchange } from './exchange.ts'
import type { Step } from '../scenario/step.ts'

const redirects = new Set([301, 302, 303, 307, 308])

/**
 * The request that a redirect asks for (RFC 9110 §15.4), or null when the answer is none: 303 asks with GET, 301 and
 * 302 turn POST into GET as browsers do, 307 and 308 repeat method and body. It is counted under a name of its own.
 */
export function redirectOf(step: Step, { status, answerHeaders }: Exchange, origin: string): Step | null {
  if (!redirects.has(status)) return null
  const home = step.origin ?? origin
  const location = answerHeaders?.location
  const target = location === undefined ? null : URL.parse(location, home + step.path)
  if (!target || !/^https?:$/.test(target.protocol)) return null
  const { method } = step
  const becomesGet = (status === 303 && method !== 'HEAD') || (status <= 302 && method === 'POST')
  const elsewhere = target.origin !== home
  return {
    ...step,
    name: step.name.endsWith(' (redirected)') ? step.name : `${step.name} (redirected)`,
    origin: target.origin === origin ? null : target.origin,
    path: target.pathname + target.search,
    method: becomesGet ? 'GET' : method,
    body: becomesGet ? null : step.body,
    headers: step.headers.filter((_, index) => {
      const name = step.headers[index - (index % 2)]!
      if (becomesGet && name.startsWith('content-')) return false
      // What proves who somebody is goes to nobody else.
      return !(elsewhere && (name === 'authorization' || name === 'cookie'))
    }),
  }
}
