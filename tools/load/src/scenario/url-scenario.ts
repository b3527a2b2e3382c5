import { errors } from '../errors.ts'
import type { Scenario } from './scenario.ts'
import { createStep, type StepOptions } from './step.ts'

export interface UrlScenarioOptions extends StepOptions {
  /** @default 'GET' */
  method?: string
}

/**
 * The scenario of one request to one URL, over and over.
 * @throws HP_LOAD_URL
 */
export function urlScenario(url: string, { method = 'GET', ...options }: UrlScenarioOptions = {}): Scenario {
  const { origin, pathname, search } = parseTarget(url)
  const step = createStep(`${method} ${pathname}`, { method, path: pathname + search }, options)
  return { name: step.name, weight: 1, origin, setup: null, run: () => step }
}

/**
 * A URL that load can be sent to.
 * @throws HP_LOAD_URL
 */
export function parseTarget(given: string): URL {
  const url = URL.parse(given)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw errors.HP_LOAD_URL({ given: JSON.stringify(given) })
  }
  return url
}
