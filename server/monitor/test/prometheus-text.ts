/** One sample of a metrics page. */
export interface Line {
  name: string
  labels: Record<string, string>
  value: number
}

/** One metric of a metrics page, with its samples. */
export interface Metric {
  type: string
  help: string
  lines: Line[]
}

const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/

/**
 * Reads a page in the Prometheus text format 0.0.4, strictly: every sample belongs to the metric announced last, no
 * metric is announced twice, no series stands twice, and histograms add up. Throws where anything is amiss.
 */
export function parsePage(page: string): Map<string, Metric> {
  if (!page.endsWith('\n')) throw new Error('The page must end in a newline.')
  const metrics = new Map<string, Metric>()
  let name = ''
  let help = ''
  for (const line of page.slice(0, -1).split('\n')) {
    if (line === '') continue
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line)
    if (comment?.[1] === 'HELP') {
      name = comment[2]!
      help = comment[3]!
      if (metrics.has(name)) throw new Error(`${name} is announced twice.`)
    } else if (comment) {
      if (comment[2] !== name || metrics.has(name)) throw new Error(`TYPE out of place: ${line}`)
      metrics.set(name, { type: comment[3]!, help, lines: [] })
    } else {
      metrics.get(name)?.lines.push(readSample(line, name, metrics.get(name)!.type))
    }
  }
  for (const [name, metric] of metrics) checkMetric(name, metric)
  return metrics
}

function readSample(line: string, family: string, type: string): Line {
  const parts = sample.exec(line)
  if (!parts) throw new Error(`Not a sample: ${line}`)
  const [, name = '', labels = '', value = ''] = parts
  const suffixes =
    type === 'histogram' ? ['_bucket', '_sum', '_count'] : type === 'summary' ? ['', '_sum', '_count'] : ['']
  if (!suffixes.some((suffix) => name === family + suffix)) throw new Error(`${name} stands below ${family}.`)
  const figure = value === '+Inf' ? Infinity : Number(value)
  if (Number.isNaN(figure)) throw new Error(`Not a figure: ${line}`)
  return { name, labels: readLabels(labels), value: figure }
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const match = label.exec(rest)
    if (!match || (match[3] === ',' && match[0].length === rest.length))
      throw new Error(`Not labels: {${text}}`)
    if (labels[match[1]!] !== undefined) throw new Error(`A label stands twice: {${text}}`)
    labels[match[1]!] = match[2]!.replaceAll(/\\(.)/g, (_, escaped: string) =>
      escaped === 'n' ? '\n' : escaped,
    )
    rest = rest.slice(match[0].length)
  }
  return labels
}

function checkMetric(name: string, { type, lines }: Metric): void {
  const series = lines.map((line) => `${line.name} ${keyOf(line.labels)}`)
  if (new Set(series).size < series.length) throw new Error(`${name} holds a series twice.`)
  if (type === 'counter' && lines.some(({ value }) => value < 0)) throw new Error(`${name} is below 0.`)
  if (type !== 'histogram') return
  for (const group of Map.groupBy(lines, ({ labels }) => keyOf(labels, 'le')).values()) {
    checkHistogram(name, group)
  }
}

/** The labels in one order, without the one to leave out. */
function keyOf(labels: Record<string, string>, leftOut?: string): string {
  const names = Object.keys(labels).filter((name) => name !== leftOut)
  return JSON.stringify(names.toSorted((a, b) => a.localeCompare(b)).map((name) => [name, labels[name]]))
}

function checkHistogram(name: string, lines: readonly Line[]): void {
  const buckets = lines.filter((line) => line.name === `${name}_bucket`)
  const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])))
  const counts = buckets.map(({ value }) => value)
  const isAscending = (figures: number[]) =>
    figures.every((figure, i) => i === 0 || figure >= figures[i - 1]!)
  if (!isAscending(bounds) || !isAscending(counts)) throw new Error(`${name} has buckets out of order.`)
  if (bounds.at(-1) !== Infinity) throw new Error(`${name} lacks the bucket +Inf.`)
  const count = lines.find((line) => line.name === `${name}_count`)?.value
  if (count !== counts.at(-1)) throw new Error(`${name}_count is ${count}, its last bucket ${counts.at(-1)}.`)
  if (!lines.some((line) => line.name === `${name}_sum`)) throw new Error(`${name} lacks its sum.`)
}
