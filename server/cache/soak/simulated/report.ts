import { batchSize, type CampaignResult } from './campaign.ts'

/** What a person reads at the end. */
export function report(result: CampaignResult): string {
  const { histories, operations, faults, violations, seed, seconds } = result
  const kinds = Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1))
  const rate = Math.round(histories / Math.max(seconds, 0.001))
  return [
    `${histories} histories, ${operations} operations, seed ${seed}, ${seconds.toFixed(0)} s (${rate} histories a second)`,
    `faults: ${kinds.map(([kind, times]) => `${times} ${kind}`).join(', ') || 'none'}`,
    ...violations.flatMap(tellViolation),
    violations.length === 0 ? 'No guarantee was broken.' : `${violations.length} broken guarantee(s).`,
  ].join('\n')
}

function tellViolation(found: CampaignResult['violations'][number]): string[] {
  return [
    '',
    ...found.violations.map(({ invariant, text }) => `${invariant} broken: ${text}`),
    `Found again by: npm run soak -- cache-simulated --seed ${found.seed} --histories ${batchSize}`,
    'The shortest history that breaks it:',
    JSON.stringify(found.history.setup),
    ...found.history.steps.map((step) => JSON.stringify(step)),
    'What happens in it:',
    ...found.lines,
    '',
  ]
}
