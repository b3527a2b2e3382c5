const blocks = '▁▂▃▄▅▆▇█'

/**
 * A series as a line of blocks with an arrow below each change. Long ones are drawn by the mean of neighbours; ends of
 * the scale are the 2nd and 98th of a hundred, so that one outlier does not flatten the rest.
 */
export function sparkline(
  values: readonly (number | null)[],
  { changes, width }: { changes: readonly number[]; width: number },
): string {
  if (values.length === 0) return ''
  const columns = Math.min(width, values.length)
  const columnOf = (index: number) => Math.floor((index * columns) / values.length)
  const sums = Array.from({ length: columns }, () => ({ sum: 0, count: 0 }))
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const column = sums[columnOf(index)]!
    column.sum += value
    column.count += 1
  }
  const means = sums.map(({ sum, count }) => (count === 0 ? null : sum / count))
  const sorted = means.filter((mean) => mean !== null).sort((a, b) => a - b)
  const low = sorted[Math.floor(0.02 * sorted.length)] ?? 0
  const high = sorted[Math.floor(0.98 * (sorted.length - 1))] ?? 0
  const line = means.map((mean) => {
    if (mean === null) return ' '
    const height = high > low ? (mean - low) / (high - low) : 0.5
    return blocks[Math.max(0, Math.min(blocks.length - 1, Math.floor(height * blocks.length)))]!
  })
  const marked = new Set(changes.map(columnOf))
  const arrows = line.map((_, column) => (marked.has(column) ? '▲' : ' '))
  return marked.size === 0 ? line.join('') : `${line.join('')}\n${arrows.join('').trimEnd()}`
}
