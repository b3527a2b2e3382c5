import { errors } from '../../errors.ts'

/** A deployment as it is meant to be, in figures: what `checkDeployment` holds against measurements. */
export interface Deployment {
  name: string
  load: {
    /** Who use it at the same time, at the busiest moment. */
    users: number
    /** Requests per second of one of them. @default as the measured runs of users had it */
    requestsPerUser?: number
    /** What is kept free beyond that, as a share. @default 0.3 */
    headroom?: number
  }
  /** The promise that must hold, such as 'p95 < 500ms'. */
  budget: string
  instances: {
    /** The autoscaler's bounds. */
    least: number
    most: number
    cores: number
    memoryGiB: number
    /** Processes in each. @default one for each core */
    processes?: number
    /** Connections of one process' pool. */
    poolSize: number
    /** Instances that may be lost without harm. @default 1 */
    spare?: number
  }
  primary: DatabaseNode
  /** Read replicas, all alike. @default none */
  replicas?: DatabaseNode & { least: number; most: number }
  /** Share of the database's work that replicas may do. @default what GET requests took of it in the measured runs */
  readShare?: number
  redis?: { nodes: number; memoryGiB: number }
  /** What a month may cost. @default not checked */
  monthlyCost?: { least: number; most: number }
  /** File of prices, beside this one. @default none */
  prices?: string
}

/** One server of the database. */
export interface DatabaseNode {
  cores: number
  memoryGiB: number
  maxConnections: number
}

type Fields = Readonly<Record<string, 'count' | 'amount' | 'share' | 'amount?' | 'count?' | 'share?'>>

const node = { cores: 'amount', memoryGiB: 'amount', maxConnections: 'count' } as const
const sections: Readonly<Record<string, { fields: Fields; isOptional?: boolean }>> = {
  load: { fields: { users: 'count', requestsPerUser: 'amount?', headroom: 'share?' } },
  instances: {
    fields: {
      least: 'count',
      most: 'count',
      cores: 'amount',
      memoryGiB: 'amount',
      processes: 'count?',
      poolSize: 'count',
      spare: 'amount?',
    },
  },
  primary: { fields: node },
  replicas: { fields: { ...node, least: 'amount', most: 'count' }, isOptional: true },
  redis: { fields: { nodes: 'count', memoryGiB: 'amount' }, isOptional: true },
  monthlyCost: { fields: { least: 'amount', most: 'amount' }, isOptional: true },
}
const texts = ['name', 'budget', 'prices']

/**
 * Takes a deployment as a file declares it.
 * @throws HP_CAPACITY_INPUT naming the first figure that is missing, unknown or out of bounds
 */
export function readDeployment(given: unknown, file: string): Deployment {
  const fail = (problem: string) => errors.HP_CAPACITY_INPUT({ file, problem })
  if (!isRecord(given)) throw fail('it declares no deployment')
  const known = [...texts, ...Object.keys(sections), 'readShare']
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) throw fail(`it knows ${known.join(', ')}, and not "${unknown}"`)
  for (const name of texts) {
    const value = given[name]
    const isMissing = value === undefined && name === 'prices'
    if (!isMissing && (typeof value !== 'string' || value === '')) throw fail(`${name} is no text`)
  }
  for (const [name, { fields, isOptional = false }] of Object.entries(sections)) {
    const section = given[name]
    if (section === undefined && isOptional) continue
    if (!isRecord(section)) throw fail(`${name} is missing`)
    checkSection(name, section, { fields, fail })
  }
  if (given.readShare !== undefined) checkFigure('readShare', given.readShare, { kind: 'share', fail })
  const deployment = given as unknown as Deployment
  for (const name of ['instances', 'replicas', 'monthlyCost'] as const) {
    const bounds = deployment[name]
    if (bounds && bounds.least > bounds.most) {
      throw fail(`${name}.least is ${bounds.least}, and more than ${name}.most, ${bounds.most}`)
    }
  }
  return deployment
}

interface Checking {
  fail(problem: string): Error
}

function checkSection(
  name: string,
  section: Readonly<Record<string, unknown>>,
  { fields, fail }: Checking & { fields: Fields },
): void {
  const unknown = Object.keys(section).find((field) => !Object.hasOwn(fields, field))
  if (unknown !== undefined) {
    throw fail(`${name} knows ${Object.keys(fields).join(', ')}, and not "${unknown}"`)
  }
  for (const [field, kind] of Object.entries(fields)) {
    if (section[field] === undefined && kind.endsWith('?')) continue
    checkFigure(`${name}.${field}`, section[field], { kind: kind.replace('?', ''), fail })
  }
}

function checkFigure(name: string, value: unknown, { kind, fail }: Checking & { kind: string }): void {
  const isNumber = typeof value === 'number' && Number.isFinite(value)
  const holds =
    isNumber &&
    (kind === 'count'
      ? Number.isInteger(value) && value >= 1
      : value >= 0 && (kind !== 'share' || value <= 1))
  const wanted =
    { count: 'whole number of 1 or more', share: 'share from 0 to 1' }[kind] ?? 'number of 0 or more'
  if (!holds) throw fail(`${name} is ${JSON.stringify(value) ?? 'missing'} and no ${wanted}`)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
