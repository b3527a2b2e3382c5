import {
  grafanaDashboard,
  type Promised,
  prometheusRules,
  prometheusTests,
} from '@hotpath/monitor/prometheus'
import { findApp, loadRoutes, loadTargets } from '../apps.ts'
import { exitCode } from '../exit-code.ts'
import { print, printJson } from '../terminal.ts'

/** Prints the rules of an application's promises for Prometheus, or the unit tests of these rules for promtool. */
export async function rules(
  name: string | undefined,
  { job, tests, json }: { job?: string; tests: boolean; json: boolean },
): Promise<number> {
  const promised = await promisedBy(name, job)
  const file = `${promised.app}.rules.yml`
  const text = tests ? prometheusTests(promised, file) : prometheusRules(promised)
  if (json) printJson({ file: tests ? `${promised.app}.tests.yml` : file, text })
  else print(text.trimEnd())
  return exitCode.ok
}

/** Prints a Grafana dashboard of an application: JSON to import. */
export async function dashboards(name: string | undefined, { job }: { job?: string }): Promise<number> {
  printJson(grafanaDashboard(await promisedBy(name, job)))
  return exitCode.ok
}

async function promisedBy(name: string | undefined, job: string | undefined): Promise<Promised> {
  const app = findApp(name)
  const [routes, targets] = await Promise.all([loadRoutes(app), loadTargets(app)])
  return { app: app.name, job: job ?? app.name, routes, targets }
}
