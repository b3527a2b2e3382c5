import { type Bytes, type Duration, parseBytes, parseDuration } from '@hotpath/core'
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

/** A number of 0 or more, as an option's reader. */
export function numberFromZero(option: string): (given: string) => number {
  return (given) => {
    const value = Number(given)
    if (Number.isFinite(value) && value >= 0 && given.trim() !== '') return value
    throw cliErrors.HP_OPTION_INVALID({ option, given, expected: 'a number of 0 or more' })
  }
}

/** A share of 1, as an option's reader: 5%, or 0.05. */
export function share(option: string): (given: string) => number {
  return (given) => {
    const value = given.trim().endsWith('%') ? Number.parseFloat(given) / 100 : Number(given)
    if (/^\s*[\d.]+\s*%?\s*$/.test(given) && value >= 0 && value < 1) return value
    throw cliErrors.HP_OPTION_INVALID({ option, given, expected: 'a share such as 5% or 0.05' })
  }
}

/** A duration, checked, as an option's reader. */
export function duration(option: string): (given: string) => Duration {
  return (given) => {
    try {
      parseDuration(given)
      return given as Duration
    } catch (cause) {
      const expected = 'a number and its unit, such as 250ms, 30s or 5m'
      throw cliErrors.HP_OPTION_INVALID({ option, given, expected }, { cause })
    }
  }
}

/** A byte size, checked, as an option's reader. */
export function bytes(option: string): (given: string) => Bytes {
  return (given) => {
    try {
      parseBytes(given)
      return given as Bytes
    } catch (cause) {
      const expected = 'a number and its unit, such as 64MiB or 2GB'
      throw cliErrors.HP_OPTION_INVALID({ option, given, expected }, { cause })
    }
  }
}

/** A text that is not empty, as an option's reader. */
export function someText(option: string, expected: string): (given: string) => string {
  return (given) => {
    if (given.trim() !== '') return given
    throw cliErrors.HP_OPTION_INVALID({ option, given, expected })
  }
}

/** Collects a repeatable option. */
export const collect = (given: string, before: readonly string[] = []): string[] => [...before, given]
