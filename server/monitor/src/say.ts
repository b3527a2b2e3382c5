import { type BudgetUnit, formatValue } from '@hotpath/core'

/** A value as a sentence has it: a space between figure and unit, and minutes that are no metres. */
export function say(value: number, unit: BudgetUnit): string {
  return formatValue(value, unit)
    .replace(/(?<=\d)(?=[a-zA-Z%])/, ' ')
    .replace(/ m$/, ' min')
}
