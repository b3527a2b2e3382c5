import type { DeploymentCheck, DeploymentCost } from '@hotpath/load/capacity'
import { renderTable } from '../table.ts'

export interface DeploymentText {
  budget: string
  /** Of the instances that the peak takes, all month long, or as many as the trace takes. */
  cost: DeploymentCost | null
  /** What became of a traffic trace, in a line. */
  simulated: string | null
}

/** A check as tables, with its verdict and reasons below. */
export function deploymentText(check: DeploymentCheck, { budget, cost, simulated }: DeploymentText): string {
  const { load, measured, ratePerInstance, instances, replicas } = check
  const rate = (value: number) => `${figure(value)}/s`
  const facts = [
    [
      'load',
      `${figure(load.users)} users × ${figure(load.requestsPerUser)}/s = ${rate(load.rate)}, with headroom ${rate(load.rate * (1 + load.headroom))}`,
    ],
    ['measured', `up to ${rate(measured.rate)} on ${measured.processes} of ${measured.scaledTo} processes`],
    ...(ratePerInstance
      ? [
          [
            'one instance',
            `${rate(ratePerInstance.value)} (${figure(ratePerInstance.low)} to ${figure(ratePerInstance.high)}) within ${budget}`,
          ],
        ]
      : []),
    ...(ratePerInstance
      ? [
          [
            'instances',
            instances === null
              ? 'no number of them is enough'
              : `${instances} are enough, the spare ones included`,
          ],
        ]
      : []),
    ...(replicas
      ? [
          [
            'replicas',
            `${replicas.needed ?? 'no number of them is enough'}; reads are ${(100 * replicas.readShare).toFixed(0)}% of the database's work`,
          ],
        ]
      : []),
    ...(simulated === null ? [] : [['over the trace', simulated]]),
    ...(cost ? [['a month', costText(cost)]] : []),
  ]
  return [
    renderTable(['Plan', ''], facts),
    resourceTable(check),
    ...check.reasons.map((reason) => `! ${reason}`),
    check.verdict,
  ].join('\n\n')
}

function resourceTable({ resources }: DeploymentCheck): string {
  const rows = resources.map(({ name, unit, used, there, endsAt, fits }) => [
    name,
    `${figure(used)} ${unit}`,
    figure(there),
    endsAt === null ? '' : Number.isFinite(endsAt) ? `${figure(endsAt)}/s` : 'never',
    fits ? 'fits' : 'does not fit',
  ])
  const header = ['Resource, what ends first at the head', 'At the peak', 'May be used', 'Ends at', '']
  return renderTable(header, rows, ['left', 'right', 'right', 'right', 'left'])
}

const judgements = {
  inside: 'inside what it may cost',
  below: 'below what it was meant to cost',
  above: 'above what it may cost',
}

function costText({ currency, total, instances, database, redis, rest, judgement }: DeploymentCost): string {
  const money = (value: number) => `${currency}${Math.round(value).toLocaleString('en-US')}`
  const parts = `instances ${money(instances)}, database ${money(database)}, Redis ${money(redis)}, the rest ${money(rest)}`
  return `${money(total)}: ${parts}${judgement ? `; ${judgements[judgement]}` : ''}`
}

const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
