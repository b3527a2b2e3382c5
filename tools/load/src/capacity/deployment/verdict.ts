import type { Forecast } from '../points.ts'
import type { ResourceUse } from './resources.ts'

/** UNCERTAIN: the interval holds both answers, or something was not seen. REFUSED: too far from what was measured. */
export type DeploymentVerdict = 'CARRIES' | 'FALLS SHORT' | 'UNCERTAIN' | 'REFUSED'

export interface Findings {
  /** Why nothing is said of the instances; null where something is. */
  refused: string | null
  resources: readonly ResourceUse[]
  carried: Forecast | null
  /** Requests per second with headroom. */
  wanted: number
  isDatabaseSeen: boolean
  hasRedis: boolean
}

/** What certainly does not fit decides; then what nothing is said of; then what is not certain. */
export function judgeDeployment(findings: Findings): { verdict: DeploymentVerdict; reasons: string[] } {
  const { refused, resources, carried, wanted, isDatabaseSeen, hasRedis } = findings
  const short = resources.filter(({ name, fits }) => !fits && name !== 'instances').map(shortText)
  const isTooMuch = carried !== null && carried.high < wanted
  const isOpen = carried !== null && carried.low < wanted && !isTooMuch
  const reasons = [
    ...(refused === null ? [] : [refused]),
    ...(isTooMuch
      ? [`All instances but the spare ones carry ${rangeText(carried)} of ${figure(wanted)} requests/s.`]
      : []),
    ...short,
    ...(isOpen
      ? [
          `The instances carry ${rangeText(carried)}; ${figure(wanted)} requests/s lie within that interval: measure more processes, or at higher rates.`,
        ]
      : []),
    ...(isDatabaseSeen
      ? []
      : [
          "The database's CPU was not seen: run it on the measured machine, outside the application's process.",
        ]),
    ...(hasRedis ? ['Of Redis nothing was measured: it counts in the cost alone.'] : []),
  ]
  if (isTooMuch || short.length > 0) return { verdict: 'FALLS SHORT', reasons }
  if (refused !== null) return { verdict: 'REFUSED', reasons }
  return { verdict: isOpen || !isDatabaseSeen ? 'UNCERTAIN' : 'CARRIES', reasons }
}

function shortText({ name, unit, used, there }: ResourceUse): string {
  return `${name}: ${figure(used)} ${unit} are wanted, and ${figure(there)} may be used.`
}

const rangeText = ({ low, high }: Forecast) => `${figure(low)} to ${figure(high)}`
const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
