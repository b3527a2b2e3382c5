import type { Scenario } from '../scenario/scenario.ts'
import { urlScenario } from '../scenario/url-scenario.ts'
import type { ScenarioSource } from './messages.ts'

/** The source of one request to one URL, over and over. */
export function urlSource(url: string): ScenarioSource {
  return { module: import.meta.url, what: url }
}

/** @throws HP_LOAD_URL */
export function scenariosOf(what: string): readonly Scenario[] {
  return [urlScenario(what)]
}
