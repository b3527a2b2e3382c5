import type { Scenario } from '../../src/scenario/scenario.ts'
import type { Session } from '../../src/session/session.ts'
import { createStep } from '../../src/scenario/step.ts'

/** Scenarios that the generators of the fleet's tests find by name: `numbers http://127.0.0.1:4000`. */
export function scenariosOf(what: string): readonly Scenario[] {
  const [kind, origin = ''] = what.split(' ')
  const path = (value: string | number) => createStep('GET /', { method: 'GET', path: `/?${value}` }, {})
  const scenario = (run: Scenario['run'], setup: Scenario['setup'] = null): Scenario[] => [
    { name: kind!, weight: 1, origin, setup, run },
  ]
  if (kind === 'shared') {
    return scenario(
      (session: Session<{ given: string }>) => path(session.shared.given),
      async ({ fetchJson }) => ({ given: await fetchJson<string>('/setup') }),
    )
  }
  if (kind === 'functions') {
    return scenario(
      (session: Session<{ given(): string }>) => path(session.shared.given()),
      async ({ fetchJson }) => {
        const given = await fetchJson<string>('/setup')
        return { given: () => given }
      },
    )
  }
  if (kind === 'throws') {
    return scenario(() => {
      throw new Error('no such thing')
    })
  }
  if (kind === 'dies') {
    return scenario((session) => (session.number === 5 ? process.exit(7) : path(session.number)))
  }
  return scenario((session) => path(session.number))
}
