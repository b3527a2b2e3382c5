import { type Beacon, type BeaconView, beaconVersion, parseBudget } from '@hotpath/core'
import { createVitals, type VitalsOptions } from '../../src/vitals/vitals.ts'

/** The text of a beacon of one view. */
export function beaconOf(view: Partial<BeaconView> = {}, visitor: Partial<Beacon> = {}): string {
  return JSON.stringify({
    version: beaconVersion,
    device: 'phone',
    connection: '4g',
    views: [{ route: '/', navigation: 'navigate', vitals: { LCP: 1_000 }, ...view }],
    ...visitor,
  })
}

/** An intake with a clock that stands still until it is moved, at ten in the morning. */
export function openVitals(options: Partial<Omit<VitalsOptions, 'targets'>> & { targets?: string[] } = {}) {
  const time = { now: 36_000_000 }
  const { targets = [], ...given } = options
  const vitals = createVitals({
    routes: ['/', '/ballots/:id'],
    clock: () => time.now,
    ...given,
    targets: targets.map((text) => parseBudget(text)),
  })
  return { vitals, time }
}
