import { formatDuration } from '@hotpath/core'
import type { Progress } from '@hotpath/load'
import { createProgressBars, say } from '../terminal.ts'

/** Shows how a run is going. */
export interface LiveView {
  report(progress: Progress): void
  end(): void
}

/** How progress is shown: to a person, or to a program. */
export const progressForms = ['text', 'json'] as const
export type ProgressForm = (typeof progressForms)[number]

/** A picture of some lines on a terminal, drawn anew each second; a bar or plain lines elsewhere; JSON where it is asked for. */
export function createLiveView(label: string, form: ProgressForm): LiveView {
  const { stderr } = process
  if (form === 'json') return jsonLines
  return stderr.isTTY && (stderr.columns ?? 0) >= narrowest ? createScreen(label) : createLine(label)
}

/** A JSON document a second and line, on stderr. */
const jsonLines: LiveView = {
  report: (progress) => say(JSON.stringify({ ...progress, window: undefined })),
  end() {},
}

const narrowest = 60
const widest = 100
const chartHeight = 6

function createLine(label: string): LiveView {
  const bars = createProgressBars()
  return {
    report: (progress) =>
      bars.report({
        label,
        detail: ratesLine(progress),
        done: progress.elapsedMs,
        total: progress.totalMs,
      }),
    end: () => bars.end(),
  }
}

function createScreen(label: string): LiveView {
  const { stderr } = process
  const history: Progress[] = []
  let drawn = 0
  const clear = () => {
    if (drawn > 0) stderr.write(`\u001b[${drawn}A\u001b[J`)
    drawn = 0
  }
  return {
    report(progress) {
      history.push(progress)
      const width = Math.min(widest, stderr.columns ?? narrowest) - 1
      const lines = liveLines(label, history, width)
      clear()
      stderr.write(`${lines.join('\n')}\n`)
      drawn = lines.length
    },
    end: clear,
  }
}

/** The screen of a run under way, `width` columns wide; `history` holds what was reported so far. */
export function liveLines(label: string, history: readonly Progress[], width: number): string[] {
  const now = history.at(-1)
  if (!now) return []
  const { generator, elapsedMs, totalMs, phase, requests, errors, underWay } = now
  const axis = 9
  const shown = history.slice(-(width - axis))
  const times = shown.map(({ p95Ms }) => p95Ms)
  const lateness = formatDuration(generator.latenessP99Ms)
  const busy = `${Math.round(generator.eventLoopUtilisation * 100)}%`
  const names = { warmup: 'warming up', measuring: 'measuring', draining: 'waiting for the last answers' }
  return [
    fit(`${label} — ${names[phase]}`, width),
    bar(elapsedMs / totalMs, `${clock(elapsedMs)} of ${clock(totalMs)}`, width),
    fit(ratesLine(now), width),
    fit(`${count(requests)} requests so far, ${count(errors)} errors, ${count(underWay)} under way`, width),
    fit(`generator: lateness p99 ${lateness}, event loop busy ${busy}${healthOf(now)}`, width),
    '',
    fit('p95 of each second', width),
    ...columnChart(times, chartHeight, axis),
  ]
}

function ratesLine({ rate, p95Ms, errors }: Progress): string {
  const p95 = p95Ms === null ? '—' : formatDuration(p95Ms)
  return `${count(Math.round(rate))}/s, p95 ${p95}, ${count(errors)} errors`
}

/** What a look at the generator should tell before the verdict does. */
function healthOf({ generator }: Progress): string {
  if (generator.eventLoopUtilisation > 0.85) return ' — at its limit: the run will be INVALID'
  return generator.latenessP99Ms > 2 ? ' — late' : ''
}

const eighths = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** Columns of values, `height` lines high, with the highest value at the axis; a gap where there is none. */
export function columnChart(values: readonly (number | null)[], height: number, axis: number): string[] {
  const most = Math.max(0, ...values.map((value) => value ?? 0))
  return Array.from({ length: height }, (_, line) => {
    const ground = height - 1 - line
    const label = line === 0 ? formatDuration(most) : line === height - 1 ? '0ms' : ''
    const columns = values.map((value) => {
      const filled = most === 0 || value === null ? 0 : Math.round((value / most) * height * 8) - ground * 8
      return eighths[Math.max(0, Math.min(8, filled))] || ' '
    })
    return `${label.padStart(axis - 2)} ┤${columns.join('')}`
  })
}

function bar(share: number, text: string, width: number): string {
  const room = Math.max(10, width - text.length - 1)
  const full = Math.round(Math.min(1, share) * room)
  return `${'█'.repeat(full)}${'░'.repeat(room - full)} ${text}`
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

const fit = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text)
const count = (value: number) => value.toLocaleString('en-US')
