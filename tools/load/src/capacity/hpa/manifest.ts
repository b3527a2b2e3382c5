import { parse, stringify } from 'yaml'
import { errors } from '../../errors.ts'
import { type HpaMetric, type HpaPolicy, type HpaRules, type HpaSpec, hpaDefaults } from './spec.ts'

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Json => (isObject(value) ? value : {})
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

/** The name that requests per second have among the metrics of pods. */
const requestsMetric = 'http_requests_per_second'

/**
 * Reads a manifest (autoscaling/v2, YAML or JSON).
 * @throws HP_CAPACITY_INPUT naming what cannot be read or simulated
 */
export function readHpa(text: string, file: string): HpaSpec {
  const fail = (problem: string) => errors.HP_CAPACITY_INPUT({ file, problem })
  const document = parseYaml(text, fail)
  if (document.kind !== 'HorizontalPodAutoscaler') throw fail('it is no HorizontalPodAutoscaler')
  const spec = objectOf(document.spec)
  const number = (value: unknown, name: string, fallback?: number): number => {
    if (value === undefined && fallback !== undefined) return fallback
    const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof read === 'number' && Number.isFinite(read) && read >= 0) return read
    throw fail(`${name} is ${JSON.stringify(value)} and no number of 0 or more`)
  }
  const rules = (given: Json, name: string, fallback: HpaRules): HpaRules => ({
    stabilisationSeconds: number(
      given.stabilizationWindowSeconds,
      `${name}.stabilizationWindowSeconds`,
      fallback.stabilisationSeconds,
    ),
    select: selectOf(given.selectPolicy, fail),
    tolerance: number(given.tolerance, `${name}.tolerance`, fallback.tolerance),
    policies:
      given.policies === undefined
        ? fallback.policies
        : listOf(given.policies).map((policy) => ({
            type: typeOf(policy.type, fail),
            value: number(policy.value, `${name}.policies.value`),
            periodSeconds: number(policy.periodSeconds, `${name}.policies.periodSeconds`),
          })),
  })
  const behavior = objectOf(spec.behavior)
  const minReplicas = number(spec.minReplicas, 'minReplicas', hpaDefaults.minReplicas)
  const maxReplicas = number(spec.maxReplicas, 'maxReplicas')
  if (minReplicas < 1 || maxReplicas < minReplicas) {
    throw fail(`minReplicas ${minReplicas} and maxReplicas ${maxReplicas} leave no number of pods`)
  }
  const metrics = listOf(spec.metrics).map((metric) => readMetric(metric, { number, fail }))
  if (metrics.length === 0) throw fail('it names no metric')
  const { name } = objectOf(document.metadata)
  return {
    name: typeof name === 'string' ? name : 'application',
    minReplicas,
    maxReplicas,
    metrics,
    scaleUp: rules(objectOf(behavior.scaleUp), 'scaleUp', hpaDefaults.scaleUp),
    scaleDown: rules(objectOf(behavior.scaleDown), 'scaleDown', hpaDefaults.scaleDown),
  }
}

/** Writes one; the API's own defaults are written out, so that nobody has to know them. */
export function writeHpa({ name, minReplicas, maxReplicas, metrics, scaleUp, scaleDown }: HpaSpec): string {
  return stringify({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas,
      metrics: metrics.map(writeMetric),
      behavior: { scaleUp: writeRules(scaleUp), scaleDown: writeRules(scaleDown) },
    },
  })
}

type Fail = (problem: string) => Error

function parseYaml(text: string, fail: Fail): Json {
  try {
    return objectOf(parse(text))
  } catch (error) {
    throw fail((error as Error).message.split('\n')[0]!)
  }
}

interface Reading {
  number: (value: unknown, name: string, fallback?: number) => number
  fail: Fail
}

function readMetric(metric: Json, { number, fail }: Reading): HpaMetric {
  const resource = objectOf(metric.resource)
  const target = objectOf(resource.target)
  if (metric.type === 'Resource' && resource.name === 'cpu' && target.type === 'Utilization') {
    return { kind: 'cpu', targetUtilisation: number(target.averageUtilization, 'averageUtilization') }
  }
  const pods = objectOf(metric.pods)
  if (metric.type === 'Pods' && /request/.test(String(objectOf(pods.metric).name))) {
    const { averageValue } = objectOf(pods.target)
    return { kind: 'requests', targetAverage: number(quantity(averageValue), 'averageValue') }
  }
  throw fail('a metric is neither the utilisation of cpu nor the requests of pods, and cannot be simulated')
}

/** Kubernetes' quantities: `1500m` is 1.5. */
function quantity(value: unknown): unknown {
  const thousandths = /^(\d+)m$/.exec(String(value))
  return thousandths ? Number(thousandths[1]) / 1000 : value
}

function writeMetric(metric: HpaMetric): Json {
  if (metric.kind === 'cpu') {
    const target = { type: 'Utilization', averageUtilization: metric.targetUtilisation }
    return { type: 'Resource', resource: { name: 'cpu', target } }
  }
  const target = { type: 'AverageValue', averageValue: String(metric.targetAverage) }
  return { type: 'Pods', pods: { metric: { name: requestsMetric }, target } }
}

// The tolerance is left out: clusters before Kubernetes 1.33 refuse a field that they do not know.
const writeRules = ({ stabilisationSeconds, select, policies }: HpaRules): Json => ({
  stabilizationWindowSeconds: stabilisationSeconds,
  selectPolicy: select,
  policies: [...policies],
})

function selectOf(value: unknown, fail: Fail): HpaRules['select'] {
  if (value === undefined) return 'Max'
  if (value === 'Max' || value === 'Min' || value === 'Disabled') return value
  throw fail(`selectPolicy is ${JSON.stringify(value)}, and knows Max, Min and Disabled`)
}

function typeOf(value: unknown, fail: Fail): HpaPolicy['type'] {
  if (value === 'Pods' || value === 'Percent') return value
  throw fail(`a policy's type is ${JSON.stringify(value)}, and knows Pods and Percent`)
}
