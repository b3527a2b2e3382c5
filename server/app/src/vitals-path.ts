import { paths, type Vitals, type Worker } from '@hotpath/core'
import type { BrowserVitals } from '@hotpath/monitor'
import { type Answer, sendJson } from './respond.ts'

/** The guarded path that tells what visitors experienced. */
export function vitalsPath(vitals: BrowserVitals | null, worker: Worker): Record<string, Answer> {
  return {
    [`GET ${paths.vitals}`]: (_, response) => {
      const report: Vitals = { worker, ...(vitals?.report() ?? nobodyAsked(Date.now())) }
      sendJson(response, 200, report)
    },
  }
}

const nobodyAsked = (now: number): Omit<Vitals, 'worker'> => ({
  now,
  windowMs: 0,
  enabled: false,
  all: {},
  targets: [],
  routes: [],
  rows: [],
  navigations: [],
  elements: [],
  tasks: [],
  errors: [],
  slowest: [],
  intake: { accepted: 0, sampled: 0, malformed: 0, tooLarge: 0, foreign: 0, limited: 0, unknownRoutes: 0 },
})
