import { errors } from '../errors.ts'

export interface Range {
  least: number
  most: number
  /** Whether only whole numbers are allowed. @default false */
  whole?: boolean
  /** Printed behind the figures. @default '' */
  unit?: string
}

/**
 * `given`, when it lies in the range.
 * @throws HP_LOAD_OPTION
 */
export function within(
  option: string,
  given: number,
  { least, most, whole = false, unit = '' }: Range,
): number {
  if (given >= least && given <= most && (!whole || Number.isInteger(given))) return given
  const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 3 })
  const allowed = `a ${whole ? 'whole ' : ''}number in ${number(least)}…${number(most)}${unit}`
  throw errors.HP_LOAD_OPTION({ option, given: `${String(given)}${unit}`, allowed })
}

/**
 * `given`, when it is one of those allowed.
 * @throws HP_LOAD_OPTION
 */
export function oneOf<T extends string>(option: string, given: T, allowed: readonly T[]): T {
  if (allowed.includes(given)) return given
  throw errors.HP_LOAD_OPTION({ option, given: JSON.stringify(given), allowed: allowed.join(' or ') })
}
