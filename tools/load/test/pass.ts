import type { RequestListener } from 'node:http'
import { type LoadOptions, runLoad, type RunResult, type Session, type Step } from '@hotpath/load'
import { createStep, type StepOptions } from '../src/scenario/step.ts'
import { startServer } from './server.ts'

export const get = (target: string, options: StepOptions = {}): Step =>
  createStep(`GET ${target}`, { method: 'GET', path: target }, options)
export const post = (target: string, options: StepOptions): Step =>
  createStep(`POST ${target}`, { method: 'POST', path: target }, options)

/** One user goes through `steps` once, against a server of `listener`. */
export async function pass(
  listener: RequestListener,
  steps: (session: Session) => Promise<unknown>,
  options: Partial<LoadOptions> = {},
): Promise<RunResult> {
  await using server = await startServer(listener)
  const scenarios = { name: 'test', weight: 1, origin: server.origin, setup: null, run: steps }
  return await runLoad({ scenarios, model: 'closed', users: 1, iterations: 1, timeout: '5s', ...options })
}
