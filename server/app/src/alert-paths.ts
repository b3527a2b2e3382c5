import { paths } from '@hotpath/core'
import type { FleetAlerts } from './fleet-alerts.ts'
import { type Answer, sendJson } from './respond.ts'
import { readSilence } from './silence-request.ts'

/** The guarded paths of the alerts. */
export function alertPaths(alerts: FleetAlerts): Record<string, Answer> {
  return {
    [`GET ${paths.alerts}`]: async (_, response) => sendJson(response, 200, await alerts.view()),
    [`POST ${paths.alertSilence}`]: async (request, response) => {
      sendJson(response, 200, await alerts.silence(await readSilence(request)))
    },
    [`POST ${paths.alertTest}`]: async (_, response) => sendJson(response, 200, await alerts.test()),
  }
}
