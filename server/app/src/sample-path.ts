import { paths, type Worker } from '@hotpath/core'
import type { Monitor } from '@hotpath/monitor'
import { type Answer, sendJson } from './respond.ts'

/** The guarded path by which a load generator reads what this process does, second by second. */
export function samplePath(monitor: Monitor, worker: Worker): Record<string, Answer> {
  return {
    [`GET ${paths.samples}`]: ({ url = '' }, response) => {
      const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
      const since = Number(query.get('since') ?? 0)
      sendJson(response, 200, { worker, ...monitor.samples(Number.isFinite(since) ? since : 0) })
    },
  }
}
