import type { Route } from '@hotpath/core'
import { httpErrors } from '../errors.ts'
import type { Batches } from './batches.ts'
import type { Rate } from './gcra.ts'
import { createLimiter, type Limiter } from './limiter.ts'
import { createRateFields, type RateFields } from './rate-fields.ts'
import { ownGroupName, type RateGroup, type ReadGroup, readGroup } from './rate-groups.ts'
import type { RateLimitOptions } from './rate-limit.ts'
import { createAddressKey } from './request-key.ts'

const defaultKeys = 100_000
/** How long requests granted ahead are held, in milliseconds. */
const leaseMs = 5_000

/** What counts the requests of some routes. */
export interface Rule {
  readonly name: string
  readonly rate: Rate
  readonly limiter: Limiter
  readonly keyOf: ReadGroup['keyOf']
  readonly fields: RateFields
  readonly cost: number
}

/** All rules of an application; false stands for no limit. */
export interface Rules {
  readonly all: readonly Rule[]
  readonly ofRoute: (route: Route) => Rule | false | undefined
  readonly otherwise: Rule | false
}

/**
 * Reads groups and routes.
 * @throws HP_HTTP_RATE_GROUP_UNKNOWN, HP_HTTP_RATE_COST_INVALID, HP_HTTP_RATE_INVALID, HP_HTTP_PROXIES_INVALID,
 * HP_DURATION_INVALID
 */
export function readRules(
  options: RateLimitOptions,
  { now, batches }: { now: () => number; batches: Batches | null },
): Rules {
  const { groups = {}, routes = [], maxKeys = defaultKeys, defersFields = false, redis } = options
  const addressOf = createAddressKey(options.proxies)
  const made = new Map<string, Rule>()

  function make(name: string, given: RateGroup): Rule {
    const { rate, keyOf, ...sharing } = readGroup(name, given, addressOf)
    const nameOf = (key: string) => `{${encodeURIComponent(redis?.name ?? '')}}r:${name}:${key}`
    const shared = batches && { batches, nameOf, leaseMs, ...sharing }
    const rule: Rule = {
      name,
      rate,
      limiter: createLimiter({ rate, maxKeys, now, shared }),
      keyOf,
      fields: createRateFields(name, { rate, isDeferred: defersFields }),
      cost: 1,
    }
    made.set(name, rule)
    return rule
  }

  function named(name: string, by: string): Rule {
    const rule = made.get(name)
    if (rule) return rule
    throw httpErrors.HP_HTTP_RATE_GROUP_UNKNOWN({ name, by, known: [...made.keys()].join(', ') || 'none' })
  }

  for (const [name, group] of Object.entries(groups)) make(name, group)
  const otherwise = options.default === undefined ? false : named(options.default, 'default')
  const ofRoutes = new Map<Route, Rule | false>()
  for (const route of routes) {
    const { limit, cost = 1 } = route.options
    let rule = otherwise
    if (limit === false) rule = false
    else if (typeof limit === 'string') rule = named(limit, route.pattern)
    else if (limit !== undefined) rule = make(ownGroupName(route), limit)
    if (rule === otherwise && cost === 1) continue
    ofRoutes.set(route, rule === false ? false : withCost(rule, cost, route))
  }
  return { all: [...made.values()], ofRoute: (route) => ofRoutes.get(route), otherwise }
}

function withCost(rule: Rule, cost: number, { pattern }: Route): Rule {
  const { name, rate } = rule
  if (cost <= rate.burst) return { ...rule, cost }
  throw httpErrors.HP_HTTP_RATE_COST_INVALID({ pattern, cost, name, burst: rate.burst })
}
