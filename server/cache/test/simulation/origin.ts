/** A state of one row of the database. */
export interface Row {
  version: number
  /** The row was deleted. */
  absent: boolean
}

/** The database: for each key a row whose versions only grow. */
export function createOrigin(keys: readonly string[]) {
  const rows = new Map<string, Row[]>(keys.map((key) => [key, [{ version: 1, absent: false }]]))
  const all = (key: string) => rows.get(key)!
  return {
    newest: (key: string) => all(key).at(-1)!,
    write(key: string, absent: boolean): Row {
      const row = { version: all(key).length + 1, absent }
      all(key).push(row)
      return row
    },
    /** The version that the absence of a value stands for: the newest at which there was none; 0: there always was one. */
    newestAbsent: (key: string) => all(key).findLast(({ absent }) => absent)?.version ?? 0,
    isVersion: (key: string, version: number) => all(key)[version - 1]?.absent === false,
  }
}

export type Origin = ReturnType<typeof createOrigin>

const names = ['a:1', 'a:2', 'b:1']

/** The first so many of all keys. */
export const firstKeys = (count: number): readonly string[] => names.slice(0, count)
const group = (key: string) => key.slice(0, 1)
export const tagOf = (key: string) => `row:${key}`
export const groupTagOf = (key: string) => `group:${group(key)}`
/** A tag that is found during the load. */
export const foundTagOf = (key: string) => `found:${key}`
export const patternOf = (key: string) => `${group(key)}:*`
export const inGroup = (key: string) => names.filter((other) => group(other) === group(key))
