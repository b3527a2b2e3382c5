/** Run by a test in a process of its own: makes a monitor, uses all of it, closes it, and should then end by itself. */
import { createMonitor } from '@hotpath/monitor'

const monitor = createMonitor({
  app: 'shop',
  layer: 'on',
  routes: [],
  targets: [],
  sources: { database: 'none', poolWaiting: () => 0, caches: () => [], ready: { database: async () => {} } },
})
await monitor.metrics()
await monitor.ready()
monitor.overview()
monitor.close()
console.log('closed')
