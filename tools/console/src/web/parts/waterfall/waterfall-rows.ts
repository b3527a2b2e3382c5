import type { Span, SpanKind } from '@hotpath/core'

/** One line of a waterfall: a span, or several alike that followed each other. */
export interface WaterfallRow {
  key: string
  kind: SpanKind
  name: string
  detail: string
  /** How deep it lies within the request; 0 is the request itself. */
  depth: number
  /** How many spans it stands for. */
  count: number
  /** From the first's beginning to the last's end. */
  startMs: number
  endMs: number
  /** Their own time, which gaps between them do not count to. */
  durationMs: number
  failed: boolean
  /** Where each bar begins and ends, as shares of the whole. */
  bars: { from: number; to: number }[]
}

/** So many alike in a row make one line. */
const fewestAlike = 4

/** The lines of a waterfall, by their beginning, each below what it is a part of. */
export function waterfallRows(spans: readonly Span[]): WaterfallRow[] {
  if (spans.length === 0) return []
  const first = Math.min(...spans.map(({ startMs }) => startMs))
  const last = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs))
  const whole = Math.max(last - first, 1e-6)
  const depths = depthsOf(spans)
  return grouped(nested(spans)).map((group) => {
    const head = group[0]!
    return {
      key: String(head.id),
      kind: head.kind,
      name: head.name,
      detail: head.detail,
      depth: depths.get(head.id) ?? 0,
      count: group.length,
      startMs: head.startMs,
      endMs: Math.max(...group.map(({ startMs, durationMs }) => startMs + durationMs)),
      durationMs: group.reduce((sum, { durationMs }) => sum + durationMs, 0),
      failed: group.some(({ failed }) => failed),
      bars: group.map(({ startMs, durationMs }) => ({
        from: (startMs - first) / whole,
        to: (startMs + durationMs - first) / whole,
      })),
    }
  })
}

/** Each span before its parts. What has no known parent stands at the top. */
function nested(spans: readonly Span[]): Span[] {
  const known = new Set(spans.map(({ id }) => id))
  const parts = new Map<number | null, Span[]>()
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs || a.id - b.id)) {
    const parent =
      span.parent !== null && known.has(span.parent) && span.parent < span.id ? span.parent : null
    const siblings = parts.get(parent)
    if (siblings) siblings.push(span)
    else parts.set(parent, [span])
  }
  const below = (parent: number | null): Span[] =>
    (parts.get(parent) ?? []).flatMap((span) => [span, ...below(span.id)])
  return below(null)
}

function depthsOf(spans: readonly Span[]): Map<number, number> {
  const depths = new Map<number, number>()
  for (const { id, parent } of spans.toSorted((a, b) => a.id - b.id)) {
    depths.set(id, parent === null ? 0 : (depths.get(parent) ?? -1) + 1)
  }
  return depths
}

function grouped(spans: readonly Span[]): Span[][] {
  const groups: Span[][] = []
  for (const span of spans) {
    const group = groups.at(-1)
    const like = group?.[0]
    if (like && like.kind === span.kind && like.name === span.name && like.parent === span.parent)
      group.push(span)
    else groups.push([span])
  }
  return groups.flatMap((group) => (group.length >= fewestAlike ? [group] : group.map((span) => [span])))
}
