import { parse } from 'yaml'
import { errors } from '../errors.ts'

/** What an hour of a pod costs. */
export interface Prices {
  /** Of one core that a pod requests, for an hour. */
  cpuHour: number
  /** Of one GiB of memory, for an hour. @default 0 */
  memoryGiBHour: number
  /** Of a core and of a GiB of a database server, for an hour. @default 0 */
  database: { cpuHour: number; memoryGiBHour: number }
  /** Of a GiB of a Redis node, for an hour. @default 0 */
  redis: { memoryGiBHour: number }
  /** What a month costs beside these: load balancer, CDN, storage; for a plain plan database and Redis, too. */
  monthly: Record<string, number>
  /** @default '$' */
  currency: string
}

/** Hours of a month, on average over a year. */
export const hoursPerMonth = 730

/**
 * Reads a price table (YAML or JSON): `cpuHour`, `memoryGiBHour`, `monthly: {database: 800}`, `currency`; for
 * declared deployments `database: {cpuHour, memoryGiBHour}` and `redis: {memoryGiBHour}`.
 * @throws HP_CAPACITY_INPUT
 */
export function readPrices(text: string, file: string): Prices {
  const fail = (problem: string) => errors.HP_CAPACITY_INPUT({ file, problem })
  const given = parseTable(text, fail)
  const price = (name: string, value: unknown): number => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
    throw fail(`${name} is ${JSON.stringify(value)} and no price of 0 or more`)
  }
  const known = ['cpuHour', 'memoryGiBHour', 'database', 'redis', 'monthly', 'currency']
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) throw fail(`it knows ${known.join(', ')}, and not "${unknown}"`)
  const sectionOf = (name: string) => (given[name] ?? {}) as Record<string, unknown>
  const priceIn = (section: string, name: string) =>
    price(`${section}.${name}`, sectionOf(section)[name] ?? 0)
  const monthly = Object.entries(sectionOf('monthly'))
  return {
    cpuHour: price('cpuHour', given.cpuHour),
    memoryGiBHour: price('memoryGiBHour', given.memoryGiBHour ?? 0),
    database: {
      cpuHour: priceIn('database', 'cpuHour'),
      memoryGiBHour: priceIn('database', 'memoryGiBHour'),
    },
    redis: { memoryGiBHour: priceIn('redis', 'memoryGiBHour') },
    monthly: Object.fromEntries(monthly.map(([name, value]) => [name, price(`monthly.${name}`, value)])),
    currency: typeof given.currency === 'string' ? given.currency : '$',
  }
}

function parseTable(text: string, fail: (problem: string) => Error): Record<string, unknown> {
  try {
    const table: unknown = parse(text)
    if (typeof table === 'object' && table !== null) return table as Record<string, unknown>
  } catch (error) {
    throw fail((error as Error).message.split('\n')[0]!)
  }
  throw fail('it holds no table of prices')
}

/** What so many pod-hours and a month of all the rest cost. */
export function monthlyCost(
  prices: Prices,
  { podHours, cores, memoryGiB }: { podHours: number; cores: number; memoryGiB: number },
): { pods: number; rest: number; total: number } {
  const pods = podHours * (cores * prices.cpuHour + memoryGiB * prices.memoryGiBHour)
  const rest = Object.values(prices.monthly).reduce((sum, price) => sum + price, 0)
  return { pods, rest, total: pods + rest }
}
