import type { Span } from '@hotpath/core'
import type { Heard, Recorder } from './recorder.ts'

type NewSpan = Omit<Span, 'id' | 'parent'>

/** Most spans of one trace. */
export const mostSpans = 100
/** Longest text of a statement that is kept, in characters. */
const longestText = 1_000
/** Shorter waits for a connection are none, in milliseconds. */
const leastWaitMs = 0.05

/** The spans of a request, by their beginning; what is too much is counted. */
export function spansOf(
  recorder: Recorder,
  { route, durationMs, failed }: { route: string; durationMs: number; failed: boolean },
): { spans: Span[]; more: number } {
  const root: NewSpan = {
    kind: 'request',
    name: route,
    startMs: 0,
    durationMs,
    detail: '',
    fingerprint: null,
    failed,
  }
  const parts = recorder.heard.flatMap((heard) => newSpans(heard, recorder.startedAt))
  // What lasted longest is kept; a parent lasts at least as long as its parts.
  const kept = parts.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, mostSpans - 1)
  const ordered = kept.sort((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs)
  return {
    spans: withParents([root, ...ordered]),
    more: recorder.more + parts.length - kept.length,
  }
}

function newSpans(heard: Heard, startedAt: number): NewSpan[] {
  const { kind, at, message } = heard
  const { durationMs } = message
  const base = { startMs: at - durationMs - startedAt, durationMs, fingerprint: null }
  if (kind === 'read') {
    const { namespace, group, outcome, failed } = message
    const spanKind = outcome === 'waited' ? 'wait' : 'lookup'
    return [{ ...base, kind: spanKind, name: group, detail: `${said[outcome]} in ${namespace}`, failed }]
  }
  if (kind === 'load') {
    return [{ ...base, kind: 'load', name: message.namespace, detail: '', failed: message.error !== null }]
  }
  const { waitMs, text, facts, error, site } = message
  const statement: NewSpan = {
    ...base,
    kind: 'statement',
    name: statementName(text, facts?.tables ?? []),
    // The text itself may hold values; before the parser has seen it, its name has to do.
    detail: [facts?.sql.slice(0, longestText), error && `SQLSTATE ${error}`, site && `at ${site}`]
      .filter(Boolean)
      .join(' · '),
    fingerprint: facts?.fingerprint ?? null,
    failed: error !== null,
  }
  if (waitMs < leastWaitMs) return [statement]
  const pool: NewSpan = {
    kind: 'pool',
    name: 'connection',
    startMs: base.startMs - waitMs,
    durationMs: waitMs,
    detail: 'waited for a connection',
    fingerprint: null,
    failed: false,
  }
  return [pool, statement]
}

const said = { found: 'found', loaded: 'miss', waited: "waited for another's load" } as const

/** `select votes, contests`: its first word and what it names. */
function statementName(text: string, tables: readonly string[]): string {
  const verb = /^\s*([a-z]{1,20})/i.exec(text)?.[1]?.toLowerCase() ?? 'statement'
  return tables.length === 0 ? verb : `${verb} ${tables.slice(0, 4).join(', ')}`
}

/** A clock is read a little after what it times. Milliseconds. */
const toleranceMs = 1
/** Loads are timed by a clock that is read once in a turn of the event loop: a share of their length. */
const loadTolerance = 0.1
/** The parent is the shortest lookup or load that a span lies within: by time, for nobody says whose it is. */
function withParents(spans: readonly NewSpan[]): Span[] {
  return spans.map((span, id) => {
    if (id === 0) return { id, parent: null, ...span }
    const closest = spans
      .map((other, index) => ({ other, index }))
      .filter(({ other }) => holds(other, span))
      .reduce<{ other: NewSpan; index: number } | null>(
        (best, one) => (best === null || one.other.durationMs < best.other.durationMs ? one : best),
        null,
      )
    return { id, parent: closest?.index ?? 0, ...span }
  })
}

function holds(other: NewSpan, span: NewSpan): boolean {
  const isHolder = other.kind === 'load' || (other.kind === 'lookup' && span.kind !== 'lookup')
  if (!isHolder || reachOf(other) <= reachOf(span)) return false
  const tolerance = Math.max(toleranceMs, other.kind === 'load' ? loadTolerance * other.durationMs : 0)
  return (
    span.startMs >= other.startMs - tolerance &&
    span.startMs + span.durationMs <= other.startMs + other.durationMs + tolerance
  )
}

/** A span lies only within one that reaches further, so that none lies within itself by way of others. */
function reachOf({ kind, durationMs }: NewSpan): number {
  if (kind === 'lookup') return (1 + loadTolerance) * durationMs + 2 * toleranceMs
  return kind === 'load' ? durationMs + toleranceMs : durationMs
}
