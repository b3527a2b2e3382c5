import { readFileSync } from 'node:fs'
import { HotpathError } from '@hotpath/core'
import { type LoadOptions, planRun } from '../run/plan.ts'
import { probe } from '../run/probe.ts'
import { runPart } from '../run/run.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Assignment, FromMember, ScenarioSource, ToMember, TravellingError } from './messages.ts'

/** The way to the coordinator, as a generator sees it. */
export interface CoordinatorPort {
  send(message: FromMember): void
  onMessage(listener: (message: ToMember) => void): void
}

/** A generator of a fleet: does one assignment, then is done. */
export function serveMember(port: CoordinatorPort): void {
  const stop = new AbortController()
  const started = Promise.withResolvers<number>()
  port.onMessage((message) => {
    if (message.type === 'prepare') void work(port, message.assignment, { stop, started: started.promise })
    else if (message.type === 'start') started.resolve(message.at)
    else stop.abort()
  })
  port.send({ type: 'hello', version: ownVersion() })
}

async function work(
  port: CoordinatorPort,
  { options, source, share, shared }: Assignment,
  { stop, started }: { stop: AbortController; started: Promise<number> },
): Promise<void> {
  try {
    const scenarios = await loadSource(source)
    const load: LoadOptions = {
      ...options,
      scenarios,
      signal: stop.signal,
      onProgress: (progress) => port.send({ type: 'progress', progress }),
    }
    // What the coordinator's host reaches, this one may not.
    await probe(planRun(load, share))
    const part = await runPart(load, {
      share,
      ...(shared && { shared }),
      onReady() {
        port.send({ type: 'ready' })
        return started
      },
    })
    port.send({ type: 'done', part })
  } catch (error) {
    port.send({ type: 'failed', error: travelling(error) })
  }
}

/** The scenarios of a source, by the module that it names. */
export async function loadSource({ module, what }: ScenarioSource): Promise<readonly Scenario[]> {
  const { scenariosOf } = (await import(module)) as {
    scenariosOf: (what: string) => readonly Scenario[] | Promise<readonly Scenario[]>
  }
  return scenariosOf(what)
}

/** The version of this package: generators of one run must be alike. */
export function ownVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function travelling(error: unknown): TravellingError {
  if (error instanceof HotpathError) {
    const { code, what, why, fix } = error
    return { code, what, why, fix }
  }
  return { code: null, what: error instanceof Error ? error.message : String(error), why: '', fix: '' }
}
