import { hostileBars } from '../rum/hostile-bars.ts'
import type { Suite } from '../suite.ts'

/** The intake of what browsers report. */
export const rum: Suite = {
  name: 'rum',
  description: 'a million hostile beacons: time, memory and label sets of the intake',
  versions: () => ({}),
  run: hostileBars,
}
