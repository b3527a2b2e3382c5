import { behave, type HpaMemory, newMemory } from './behaviour.ts'
import { type MetricView, type PodView, replicasForAll } from './replicas.ts'
import type { HpaMetric, HpaSpec } from './spec.ts'

/** A pod, in figures. */
export interface PodModel {
  /** Cores that it requests. */
  requestCores: number
  /** Cores in use without any request, and CPU seconds that a request takes. */
  baseCores: number
  cpuSecondsPerRequest: number
  /** Requests per second at which the promise just holds, and at which it is used up. */
  kneeRate: number
  limitRate: number
  /** From being asked for until it takes requests. */
  startSeconds: number
  /** After that, how long its code is still being compiled, and how much more CPU a request takes meanwhile. */
  warmupSeconds: number
  warmupFactor: number
}

export interface SimulationOptions {
  spec: HpaSpec
  pod: PodModel
  /** Requests per second, second by second. */
  rates: Float64Array
  /** Pods at the beginning, warm. @default as many as the first rate needs */
  initialReplicas?: number
  /** Work of so many ready pods as a share of so many times that of one, 0…1. @default 1 */
  efficiency?: (pods: number) => number
}

/** One second of a simulation. */
export interface SimulatedSecond {
  rate: number
  /** Asked for, and taking requests. */
  replicas: number
  ready: number
  isViolated: boolean
}

export interface SimulationResult {
  seconds: SimulatedSecond[]
  /** Minutes in which the promise did not hold. */
  violationMinutes: number
  /** Requests that met a fleet without room for them, as a share. */
  overloadedShare: number
  /** Changes of direction within ten minutes of the change before. */
  flaps: number
  changes: number
  podHours: number
  mostReplicas: number
}

/** The controller's clockwork (kube-controller-manager's defaults). */
const syncSeconds = 15
const cpuInitialisationSeconds = 300
const initialReadinessSeconds = 30
/** Figures are averages of the last half minute, collected every 15 s (metrics-server's defaults). */
const metricWindowSeconds = 30
const metricEverySeconds = 15
const flapSeconds = 600

interface Pod {
  startedAt: number
  readyAt: number
  /** Cores and requests of each of the last seconds. */
  cores: number[]
  requests: number[]
  /** What was collected last, and when; null before the first time. */
  collected: { at: number; cores: number; requests: number } | null
}

/**
 * Plays a trace against a fleet that the horizontal pod autoscaler scales, second by second. Load is spread evenly over
 * the ready pods; what they cannot serve waits, and counts against the promise until it is worked off.
 */
export function simulateHpa(options: SimulationOptions): SimulationResult {
  const { spec, pod: model, rates, efficiency = () => 1 } = options
  const needed = Math.ceil((rates[0] ?? 0) / model.kneeRate)
  const initial = clamp(options.initialReplicas ?? needed, spec)
  const fleet: Fleet = {
    pods: Array.from({ length: initial }, () => warmPod()),
    memory: newMemory(),
    backlog: 0,
    turns: [],
  }
  let overloaded = 0
  let all = 0
  const seconds = Array.from(rates, (rate, now) => {
    if (now % metricEverySeconds === 0) collect(fleet.pods, now)
    if (now % syncSeconds === 0) scale(fleet, { spec, model, now })
    const ready = fleet.pods.filter(({ readyAt }) => readyAt <= now).length
    const served = serve(fleet, { model: scaled(model, efficiency(ready)), rate, now })
    all += rate
    if (served.isOverloaded) overloaded += rate
    return { rate, replicas: fleet.pods.length, ready: served.ready, isViolated: served.isViolated }
  })
  return {
    seconds,
    violationMinutes: seconds.filter(({ isViolated }) => isViolated).length / 60,
    overloadedShare: all === 0 ? 0 : overloaded / all,
    flaps: countFlaps(fleet.turns),
    changes: fleet.turns.length,
    podHours: seconds.reduce((sum, { replicas }) => sum + replicas, 0) / 3600,
    mostReplicas: Math.max(...seconds.map(({ replicas }) => replicas)),
  }
}

interface Fleet {
  pods: Pod[]
  memory: HpaMemory
  /** Requests that wait for room. */
  backlog: number
  turns: { at: number; direction: number }[]
}

const longAgo = -86_400
const newPod = (startedAt: number, readyAt: number): Pod => ({
  startedAt,
  readyAt,
  cores: [],
  requests: [],
  collected: null,
})
const warmPod = () => newPod(longAgo, longAgo)

const clamp = (replicas: number, { minReplicas, maxReplicas }: HpaSpec) =>
  Math.min(Math.max(replicas, minReplicas, 1), maxReplicas)

function serve(fleet: Fleet, { model, rate, now }: { model: PodModel; rate: number; now: number }) {
  const ready = fleet.pods.filter(({ readyAt }) => readyAt <= now)
  const offered = rate + fleet.backlog
  const room = ready.reduce((sum, pod) => sum + model.limitRate / slowness(pod, model, now), 0)
  const done = Math.min(offered, room)
  fleet.backlog = offered - done
  const each = ready.length === 0 ? 0 : done / ready.length
  let isLate = ready.length === 0 && rate > 0
  for (const pod of fleet.pods) {
    const isReady = pod.readyAt <= now
    const slow = slowness(pod, model, now)
    note(pod.requests, isReady ? each : 0)
    // What starts computes, too; its figures are not looked at.
    note(pod.cores, isReady ? model.baseCores + each * model.cpuSecondsPerRequest * slow : model.baseCores)
    if (isReady && each > model.kneeRate / slow) isLate = true
  }
  const isOverloaded = fleet.backlog > 0
  return { ready: ready.length, isOverloaded, isViolated: isLate || isOverloaded }
}

/** What one of many pods still does: it takes as much longer for each request. */
function scaled(model: PodModel, efficiency: number): PodModel {
  if (efficiency === 1) return model
  return {
    ...model,
    kneeRate: model.kneeRate * efficiency,
    limitRate: model.limitRate * efficiency,
    cpuSecondsPerRequest: model.cpuSecondsPerRequest / efficiency,
  }
}

function slowness({ readyAt }: Pod, { warmupSeconds, warmupFactor }: PodModel, now: number): number {
  return now - readyAt < warmupSeconds ? warmupFactor : 1
}

function note(values: number[], value: number): void {
  values.push(value)
  if (values.length > metricWindowSeconds) values.shift()
}

function collect(pods: readonly Pod[], now: number): void {
  for (const pod of pods) {
    if (pod.readyAt > now || pod.cores.length === 0) continue
    pod.collected = { at: now, cores: mean(pod.cores), requests: mean(pod.requests) }
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function scale(fleet: Fleet, { spec, model, now }: { spec: HpaSpec; model: PodModel; now: number }): void {
  const current = fleet.pods.length
  const views = spec.metrics.map((metric): MetricView => ({
    metric,
    pods: fleet.pods.map((pod) => viewOf(pod, metric, now)),
  }))
  const wanted = replicasForAll(views, current, { spec, requestCores: model.requestCores })
  const decided = behave(spec, { current, wanted, now }, fleet.memory)
  if (decided === current) return
  fleet.turns.push({ at: now, direction: Math.sign(decided - current) })
  if (decided > current) {
    for (let count = current; count < decided; count++) {
      fleet.pods.push(newPod(now, now + model.startSeconds))
    }
  }
  // Those that are not ready go first, then the youngest, as a ReplicaSet does it.
  else fleet.pods = fleet.pods.toSorted((a, b) => a.readyAt - b.readyAt).slice(0, decided)
}

/** What the controller makes of a pod; for the CPU a young pod counts only by figures from after it was ready. */
export function viewOf(
  pod: Pick<Pod, 'startedAt' | 'readyAt' | 'collected'>,
  metric: HpaMetric,
  now: number,
): PodView {
  const { startedAt, readyAt, collected } = pod
  const isReady = readyAt <= now
  const use = collected === null ? 0 : metric.kind === 'cpu' ? collected.cores : collected.requests
  if (metric.kind !== 'cpu') {
    if (!isReady) return { state: 'unready', use: 0 }
    return { state: collected ? 'ready' : 'missing', use }
  }
  if (now < startedAt + cpuInitialisationSeconds) {
    const isFresh = collected !== null && collected.at >= readyAt + metricWindowSeconds
    return { state: isReady && isFresh ? 'ready' : 'unready', use }
  }
  if (!isReady && now < startedAt + initialReadinessSeconds) return { state: 'unready', use: 0 }
  return { state: collected ? 'ready' : 'missing', use }
}

function countFlaps(turns: Fleet['turns']): number {
  return turns.filter(({ at, direction }, index) => {
    const before = turns[index - 1]
    return before !== undefined && before.direction !== direction && at - before.at < flapSeconds
  }).length
}
