import type { ServerResponse } from 'node:http'
import { paths } from '@hotpath/core'
import type { FleetAlerts } from './fleet-alerts.ts'
import { type Answer, sendJson, sendProblem } from './respond.ts'
import { readSilence } from './silence-request.ts'

/** The guarded paths of the alerts. */
export function alertPaths(alerts: FleetAlerts): Record<string, Answer> {
  return {
    [`GET ${paths.alerts}`]: async (_, response) => send(response, await alerts.view()),
    [`POST ${paths.alertSilence}`]: async (request, response) =>
      send(response, await alerts.silence(await readSilence(request))),
    [`POST ${paths.alertTest}`]: async (_, response) => send(response, await alerts.test()),
  }
}

function send(response: ServerResponse, told: unknown): void {
  if (told !== null) return sendJson(response, 200, told)
  sendProblem(response, 503, 'The process that evaluates the alerts did not answer: ask again in a moment.')
}
