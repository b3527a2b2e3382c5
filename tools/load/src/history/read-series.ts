import { errors } from '../errors.ts'

/** Measurements in the order of time. */
export interface Series {
  /** Null where nothing was measured. */
  values: (number | null)[]
  /** One per value: a commit, a version, a date. */
  labels: string[] | null
}

const mostPoints = 20_000

/**
 * A series from JSON: `{"values": […], "labels": […]}`, or the list of values alone. Null, NaN and infinite values
 * are gaps; so are those words unquoted, as Python writes them.
 * @throws HP_HISTORY_FILE saying what is wrong
 */
export function parseSeries(text: string, file: string): Series {
  const refuse = (problem: string) => errors.HP_HISTORY_FILE({ file, problem })
  const content = parseLoosely(text)
  if (content === undefined) throw refuse('it is not JSON')
  const { values, labels } = Array.isArray(content)
    ? { values: content as unknown, labels: undefined }
    : ((content ?? {}) as { values?: unknown; labels?: unknown })
  if (!Array.isArray(values)) throw refuse('it has no list "values"')
  if (values.length > mostPoints) throw refuse(`${values.length} values are more than ${mostPoints}`)
  const odd = values.findIndex((value) => value !== null && typeof value !== 'number')
  if (odd >= 0) throw refuse(`value ${odd + 1} is neither a number nor null`)
  if (labels !== undefined && labels !== null) {
    if (!Array.isArray(labels) || labels.length !== values.length) {
      throw refuse(`"labels" must be a list as long as "values" (${values.length})`)
    }
  }
  return {
    values: values.map((value) => (Number.isFinite(value) ? (value as number) : null)),
    labels: Array.isArray(labels) ? labels.map(String) : null,
  }
}

/** Undefined where it is not JSON. */
function parseLoosely(text: string): unknown {
  for (const candidate of [text, text.replaceAll(/(?<=[[,:]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g, 'null')]) {
    try {
      return JSON.parse(candidate) as unknown
    } catch {
      continue
    }
  }
  return undefined
}
