/** One of each key: those that share it are put together by `add`, in the order in which they come. */
export function sumBy<T>(items: readonly T[], keyOf: (item: T) => string, add: (sum: T, item: T) => T): T[] {
  return [...Map.groupBy(items, keyOf).values()].map((same) => same.reduce(add))
}
