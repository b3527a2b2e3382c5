import { parseDuration } from '@hotpath/core'
import { cliErrors } from './errors.ts'

/** A whole number within bounds, as an option's reader. */
export function wholeNumber(
  option: string,
  { min, max }: { min: number; max: number },
): (given: string) => number {
  return (given) => {
    const value = Number(given)
    if (Number.isInteger(value) && value >= min && value <= max && given.trim() !== '') return value
    throw cliErrors.HP_OPTION_INVALID({ option, given, expected: `a whole number from ${min} to ${max}` })
  }
}

/** A number above zero, as an option's reader. */
export function positiveNumber(option: string): (given: string) => number {
  return (given) => {
    const value = Number(given)
    if (Number.isFinite(value) && value > 0) return value
    throw cliErrors.HP_OPTION_INVALID({ option, given, expected: 'a number above 0' })
  }
}

/** A duration in milliseconds, as an option's reader. */
export const duration = (given: string): number => parseDuration(given)

/** Collects a repeatable option. */
export const collect = (given: string, before: readonly string[] = []): string[] => [...before, given]
