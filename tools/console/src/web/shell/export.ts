import { client } from '../data/client.ts'

/** What the screen shows now, by the path it came from. */
export function shownAnswers(leaveOut: readonly string[]): Record<string, unknown> {
  const queries = client.getQueryCache().findAll({ type: 'active' })
  const answers = queries
    .map(({ queryKey, state }) => [String(queryKey[0]), state.data] as const)
    .filter(([path, data]) => data !== undefined && !leaveOut.includes(path))
  return Object.fromEntries(answers)
}

/** Hands `value` to the person as a file of JSON. */
export function saveJson(name: string, value: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
