import { type BeaconView, type Budget, type VitalName, type ViewKind, vitalNames } from '@hotpath/core'
import { type Buckets, createBuckets, observe } from '../buckets.ts'
import { bucketSamples, type Family } from '../exposition.ts'
import { otherRoute } from '../label-sets.ts'
import { kindOf } from './view-sets.ts'

/** Vitals since the start, for Prometheus. */
export interface VitalTotals {
  add(view: BeaconView): void
  families(): Family[]
}

/** Coarse: what is kept for the console has finer ones. Milliseconds; of CLS thousandths, which print as its own unit. */
const timeBounds = [100, 200, 500, 800, 1_800, 2_500, 3_000, 4_000, 8_000]
const shiftBounds = [25, 50, 100, 250, 500]
const shiftUnit = 1_000

/** Routes of their own on the metrics page; each takes up to 112 lines. */
const mostRoutes = 50

interface RouteTotals {
  readonly route: string
  readonly kind: ViewKind
  readonly values: Partial<Record<VitalName, Buckets>>
  tasks: number
  taskMs: number
  errors: number
}

/** Counts by route and kind; the bound of each target is among the buckets'. */
export function createVitalTotals(targets: readonly Budget[]): VitalTotals {
  const totals = new Map<string, RouteTotals>()
  const boundsOf = (vital: VitalName): Float64Array => {
    const promised = targets.filter(({ metric }) => metric === vital).map(({ bound }) => bound)
    if (vital !== 'CLS') return Float64Array.from(new Set([...timeBounds, ...promised])).sort()
    return Float64Array.from(new Set([...shiftBounds, ...promised.map((bound) => bound * shiftUnit)])).sort()
  }
  const bounds = new Map(vitalNames.map((vital) => [vital, boundsOf(vital)]))

  function totalsOf(declared: string, kind: ViewKind): RouteTotals {
    const known = totals.get(`${kind} ${declared}`)
    if (known) return known
    const route = totals.size < 2 * mostRoutes ? declared : otherRoute
    const key = `${kind} ${route}`
    let record = totals.get(key)
    if (!record) totals.set(key, (record = { route, kind, values: {}, tasks: 0, taskMs: 0, errors: 0 }))
    return record
  }

  return {
    add({ route, navigation, vitals, tasks, errors = [] }) {
      const record = totalsOf(route, kindOf(navigation))
      for (const vital of vitalNames) {
        const value = vitals[vital]
        if (value === undefined) continue
        const buckets = (record.values[vital] ??= createBuckets(bounds.get(vital)!))
        observe(buckets, vital === 'CLS' ? value * shiftUnit : value)
      }
      record.tasks += tasks?.count ?? 0
      record.taskMs += tasks?.totalMs ?? 0
      for (const { count } of errors) record.errors += count
    },
    families: () => familiesOf(() => [...totals.values()]),
  }
}

function familiesOf(all: () => readonly RouteTotals[]): Family[] {
  const counter = (name: string, help: string, value: (record: RouteTotals) => number): Family => ({
    name,
    help,
    type: 'counter',
    samples: () => all().map((record) => ({ value: value(record), labels: labelsOf(record) })),
  })
  return [
    valueFamily(all, {
      name: 'hotpath_web_vitals_seconds',
      help: 'LCP, INP, FCP and TTFB, as browsers told them.',
      vitals: vitalNames.filter((vital) => vital !== 'CLS'),
    }),
    valueFamily(all, {
      name: 'hotpath_web_vitals_layout_shift',
      help: 'CLS, as browsers told it.',
      vitals: ['CLS'],
    }),
    counter('hotpath_web_vitals_long_tasks_total', 'Tasks over 50 ms in browsers.', ({ tasks }) => tasks),
    counter('hotpath_web_vitals_long_task_seconds_total', 'Their time.', ({ taskMs }) => taskMs / 1_000),
    counter('hotpath_web_vitals_errors_total', 'Uncaught errors in browsers.', ({ errors }) => errors),
  ]
}

interface ValueFamily {
  name: string
  help: string
  vitals: readonly VitalName[]
}

function valueFamily(all: () => readonly RouteTotals[], { name, help, vitals }: ValueFamily): Family {
  return {
    name,
    help,
    type: 'histogram',
    samples: () =>
      all().flatMap((record) =>
        vitals.flatMap((vital) => {
          const buckets = record.values[vital]
          return buckets ? bucketSamples(name, buckets, { ...labelsOf(record), vital }) : []
        }),
      ),
  }
}

const labelsOf = ({ route, kind }: RouteTotals) => ({ route, kind })
