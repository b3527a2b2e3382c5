import type { ServerResponse } from 'node:http'
import { targetList } from './cache-control.ts'
import { formatCacheGroups } from './cache-groups.ts'
import { type Forward, forwardStatus } from './cache-status.ts'
import type { Exchange } from './exchange.ts'
import { policyHeaders } from './policy.ts'
import { joined } from './response-facts.ts'
import { setMadeHeader } from './written-headers.ts'

/** Writes the route's caching options into the head, where the handler did not speak for itself. */
export function applyPolicy({ policy, response, tags }: Exchange): void {
  if (!policy) return
  const changes = policyHeaders(policy, response.statusCode, {
    cacheControl: joined(response.getHeader('cache-control')),
    isTargeted: targetList.some((name) => response.hasHeader(name)),
  })
  for (const [name, value] of changes) {
    if (value === null) response.removeHeader(name)
    else setMadeHeader(response, name, value)
  }
  const isShared = policy.freshSeconds !== null && response.statusCode < 400
  if (isShared && tags && tags.length > 0) addGroups(response, tags)
}

function addGroups(response: ServerResponse, tags: readonly string[]): void {
  const own = joined(response.getHeader('cache-groups'))
  const groups = formatCacheGroups(tags)
  setMadeHeader(response, 'Cache-Groups', own === undefined ? groups : `${own}, ${groups}`)
}

/** Says in Cache-Status why the handler was asked. */
export function announceForward({ response }: Exchange, forward: Forward): void {
  const before = joined(response.getHeader('cache-status'))
  const status = forwardStatus(forward)
  setMadeHeader(response, 'Cache-Status', before === undefined ? status : `${before}, ${status}`)
}
