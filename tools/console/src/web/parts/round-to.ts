/** `value` to the nearest `step`, such as 0.001: figures that stand in a column need no third digit below one percent. */
export function roundTo(step: number, value: number): number {
  return Math.round(value / step) * step
}
