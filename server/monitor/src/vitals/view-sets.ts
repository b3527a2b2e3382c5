import type { ConnectionClass, DeviceClass, NavigationKind, ViewKind } from '@hotpath/core'
import { otherRoute } from '../label-sets.ts'
import type { StepRing } from '../step-ring.ts'
import { createHour, type ViewStep } from './view-step.ts'

/** Which views are counted together. */
export interface ViewLabels {
  readonly route: string
  readonly kind: ViewKind
  readonly device: DeviceClass
  readonly connection: ConnectionClass
}

/** The last hour of the views of one route, device and connection. */
export interface ViewSet extends ViewLabels {
  readonly hour: StepRing<ViewStep>
}

export interface ViewSets {
  find(labels: ViewLabels): ViewSet
  all(): readonly ViewSet[]
}

/**
 * One set per route, kind, device and connection, in bounded number: at most `maxSets`, and two more into which
 * everything beyond is folded. A set whose hour is full takes 45 kB.
 */
export function createViewSets(maxSets: number): ViewSets {
  const sets = new Map<string, ViewSet>()
  const add = (key: string, { route, kind, device, connection }: ViewLabels): ViewSet => {
    const set = { route, kind, device, connection, hour: createHour() }
    sets.set(key, set)
    return set
  }
  return {
    find(labels) {
      const key = keyOf(labels)
      const known = sets.get(key)
      if (known) return known
      if (sets.size < maxSets) return add(key, labels)
      const folded = folding(labels.kind)
      const foldedKey = `… ${keyOf(folded)}`
      return sets.get(foldedKey) ?? add(foldedKey, folded)
    },
    all: () => [...sets.values()],
  }
}

/** Whether a page was loaded, or only its address changed. */
export function kindOf(navigation: NavigationKind): ViewKind {
  return navigation === 'soft-navigation' ? 'soft' : 'load'
}

const keyOf = ({ route, kind, device, connection }: ViewLabels) => `${kind} ${device} ${connection} ${route}`

const folding = (kind: ViewKind): ViewLabels => ({
  route: otherRoute,
  kind,
  device: 'unknown',
  connection: 'unknown',
})
