import type { Figures } from './figures.ts'

/** One statement within one request: how often it was sent, and with what. */
export interface Repeat {
  /** Statements begun so far. */
  begun: number
  /** The values of the first, to see which of them vary. */
  readonly first: readonly unknown[]
  /** How long the first took: its line is not looked at, and is taken for that of the second. */
  firstMs: number
  /** Made at the second: most statements come once, and cost nothing here. */
  more: Repetition | undefined
}

interface Repetition {
  /** Values that were seen, as text; at most `maxVariants`. */
  readonly variants: Set<string>
  /** Places of the values that differed from the first. */
  readonly varying: Set<number>
  /** The line of the last statement that was looked at; it stands for those after it that were not. */
  site: string
  /** What has ended so far, by the line it came from. */
  readonly bySite: Map<string, Ended>
}

interface Ended {
  statements: number
  totalMs: number
  identical: number
  finding: Finding | undefined
}

/** The same statement, from one line of code, again and again within one request. */
export interface Finding {
  readonly route: string
  readonly site: string
  /** Requests in which it happened. */
  requests: number
  /** Statements in them. */
  statements: number
  /** What they took together, in milliseconds. */
  totalMs: number
  /** Most statements of one request. */
  most: number
  /** Statements whose values had been sent before in the same request: a cache would have had them. */
  identical: number
  /** Places of the values that vary, counted from 1 as in `$1`. */
  readonly varying: Set<number>
}

const maxVariants = 256
const maxFindings = 100

/** The line of a statement that nobody could attribute. */
export const unknownSite = '(unknown)'

const noValues: readonly unknown[] = []

export function createRepeat(values: readonly unknown[] = noValues): Repeat {
  return { begun: 1, first: values, firstMs: 0, more: undefined }
}

/** Takes note of one more statement after the first; returns whether its very values were sent before. */
export function noteRepetition(repeat: Repeat, values: readonly unknown[] = noValues): boolean {
  repeat.begun += 1
  repeat.more ??= {
    variants: new Set([variantOf(repeat.first)]),
    varying: new Set(),
    site: unknownSite,
    bySite: new Map(),
  }
  const { variants, varying } = repeat.more
  values.forEach((value, place) => {
    if (!Object.is(value, repeat.first[place])) varying.add(place + 1)
  })
  const variant = variantOf(values)
  const seen = variants.has(variant)
  if (variants.size < maxVariants) variants.add(variant)
  return seen
}

/**
 * Which statements of a request show their line of code: the first few each, then ever fewer. A statement that comes
 * once is no repetition, and costs nothing here.
 */
export function looksAtSite(begun: number): boolean {
  return begun >= 2 && (begun <= 40 || (begun & (begun - 1)) === 0)
}

/** One statement of a repetition that ended. */
export interface EndedRepetition {
  route: string
  site: string
  durationMs: number
  identical: boolean
}

/** Counts it, and makes it a finding of the statement once one line has sent `from` of them for one request. */
export function countRepetition(
  repeat: Repeat,
  ended: EndedRepetition,
  { findings, from }: { findings: Figures['findings']; from: number },
): void {
  const { bySite, varying } = repeat.more!
  let sum = bySite.get(ended.site)
  if (!sum) {
    const isFirst = bySite.size === 0
    sum = {
      statements: isFirst ? 1 : 0,
      totalMs: isFirst ? repeat.firstMs : 0,
      identical: 0,
      finding: undefined,
    }
    bySite.set(ended.site, sum)
  }
  sum.statements += 1
  sum.totalMs += ended.durationMs
  if (ended.identical) sum.identical += 1
  if (sum.finding) add(sum.finding, { statements: 1, totalMs: ended.durationMs, identical: +ended.identical })
  else if (sum.statements >= from) {
    sum.finding = findingOf(findings, ended)
    if (!sum.finding) return
    sum.finding.requests += 1
    add(sum.finding, sum)
  } else return
  sum.finding.most = Math.max(sum.finding.most, sum.statements)
  for (const place of varying) sum.finding.varying.add(place)
}

function add(finding: Finding, more: Pick<Ended, 'statements' | 'totalMs' | 'identical'>): void {
  finding.statements += more.statements
  finding.totalMs += more.totalMs
  finding.identical += more.identical
}

function findingOf(findings: Figures['findings'], { route, site }: EndedRepetition): Finding | undefined {
  const key = `${route}\0${site}`
  const known = findings.get(key)
  if (known || findings.size >= maxFindings) return known
  const finding = {
    route,
    site,
    requests: 0,
    statements: 0,
    totalMs: 0,
    most: 0,
    identical: 0,
    varying: new Set<number>(),
  }
  findings.set(key, finding)
  return finding
}

function variantOf(values: readonly unknown[]): string {
  return values.map(textOf).join('\0')
}

function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value) ?? ''
  return `${typeof value}:${String(value).slice(0, 100)}`
}
