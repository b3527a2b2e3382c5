/** One of each key: those that share it are put together by `add`, in the order in which they come. */
export function sumBy<T>(items: readonly T[], keyOf: (item: T) => string, add: (sum: T, item: T) => T): T[] {
  return [...Map.groupBy(items, keyOf).values()].map((same) => same.reduce(add))
}

/** For `sumBy`: the first of them, with all their counts. */
export const addCount = <Counted extends { count: number }>(sum: Counted, { count }: Counted): Counted => ({
  ...sum,
  count: sum.count + count,
})
