import { anyTable, changeTags } from './tags.ts'

/** Where the triggers send what changed. */
export const changesChannel = 'hotpath_changes'

/** The tags of a notice, `["public.ballots"]` or `["public.ballots","id",["5","6"]]`. In doubt, everything. */
export function noticeTags(payload: string | undefined): string[] {
  try {
    const [table, column, values] = JSON.parse(payload ?? '') as unknown[]
    if (typeof table !== 'string') return [anyTable]
    if (typeof column !== 'string' || !Array.isArray(values)) return changeTags(table, null)
    return changeTags(table, { column, values: values.map(String) })
  } catch {
    return [anyTable]
  }
}
