import { changePoints, type ChangePointOptions, type LevelChange } from './change-points.ts'
import type { Series } from './read-series.ts'

/** A change of level with the range it lies in. */
export interface Change extends LevelChange {
  /** Labels of the last point before and of the first one after: the cause lies between; null without labels. */
  from: string | null
  to: string | null
}

/**
 * The changes of a series with gaps: a gap is left out, and indexes stay those of the series. Where `groups` says that
 * points came from different machines, each machine is a series of its own.
 */
export function findChanges(
  { values, labels }: Series,
  { groups, ...options }: ChangePointOptions & { groups?: readonly string[] } = {},
): Change[] {
  const present = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
  const bySource = Map.groupBy(present, ({ index }) => groups?.[index] ?? '')
  return [...bySource.values()]
    .flatMap((points) =>
      changePoints(
        points.map(({ value }) => value),
        options,
      ).map((change) => ({
        ...change,
        index: points[change.index]!.index,
        from: labels?.[points[change.index - 1]!.index] ?? null,
        to: labels?.[points[change.index]!.index] ?? null,
      })),
    )
    .sort((a, b) => a.index - b.index)
}
