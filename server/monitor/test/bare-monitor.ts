import { createMonitor, type Monitor } from '@hotpath/monitor'

/** The monitor of an application that has nothing: what is published is all that it knows. */
export const bareMonitor = (): Monitor =>
  createMonitor({
    app: 'x',
    layer: 'on',
    routes: [],
    targets: [],
    sources: { database: 'none', poolWaiting: () => 0, caches: () => [], ready: {} },
  })
