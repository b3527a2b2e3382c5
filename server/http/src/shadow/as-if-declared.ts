import { targetList } from '../cache-control.ts'
import type { Exchange } from '../exchange.ts'
import { policyHeaders } from '../policy.ts'
import { type ResponseFacts, responseFacts } from '../response-facts.ts'

/** The head of a response as it would be, had the options of its route been written into it. */
export function asIfDeclared({ response, policy }: Exchange): ResponseFacts {
  const facts = responseFacts(response)
  if (!policy) return facts
  const headers = { ...facts.headers }
  const own = {
    cacheControl: headers['cache-control'],
    isTargeted: targetList.some((name) => headers[name] !== undefined),
  }
  for (const [name, value] of policyHeaders(policy, facts.status, own)) {
    if (value === null) delete headers[name.toLowerCase()]
    else headers[name.toLowerCase()] = value
  }
  return { ...facts, headers }
}
