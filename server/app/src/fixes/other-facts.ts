import type { CapturedPlan } from '@hotpath/postgres/tap'
import type { FleetLink } from '../fleet-link.ts'
import type { FactsShare } from './facts-share.ts'
import type { FixFinderOptions } from './find-fixes.ts'

/** What the other processes of a fleet tell of themselves. */
export function otherFacts(link: Pick<FleetLink, 'ask'>): FixFinderOptions['others'] {
  const ask = async <Told>(name: string, about?: unknown) =>
    ((await link.ask(name, about)).answers as (Told | null)[]).filter((told) => told !== null)
  return {
    facts: () => ask<FactsShare>('facts'),
    planOf: async (fingerprint) => (await ask<CapturedPlan>('plan', fingerprint))[0] ?? null,
  }
}
