import { paths, type Worker } from '@hotpath/core'
import type { AlertWatch } from '@hotpath/monitor'
import { type Answer, sendJson } from './respond.ts'
import { readSilence } from './silence-request.ts'

/** The guarded paths of the alerts. */
export function alertPaths(alerts: AlertWatch, worker: Worker): Record<string, Answer> {
  return {
    [`GET ${paths.alerts}`]: (_, response) => sendJson(response, 200, { worker, ...alerts.view() }),
    [`POST ${paths.alertSilence}`]: async (request, response) => {
      const wish = await readSilence(request)
      sendJson(response, 200, { worker, silences: alerts.silence(wish) })
    },
    [`POST ${paths.alertTest}`]: async (_, response) => {
      sendJson(response, 200, { worker, sinks: await alerts.test() })
    },
  }
}
