import { turnedAwayNote } from '@hotpath/core'
import type { RunResult } from '../record/result.ts'

/** What a reason of the verdict means, and what to do; by a part of its text, that of judge.ts. */
const advices: readonly [part: string, text: string][] = [
  [
    'were sent late',
    'The generator could not keep its schedule, so the times are partly its own. Give it more threads (--workers 2), lower the rate, or free its machine of other work.',
  ],
  [
    'event loop was busy',
    'The generator had no capacity left: it measured itself. Give it more threads (--workers 2) or more machines, or lower the rate.',
  ],
  [
    'were read late',
    'Answers lay ready before the generator came to read them, so every time is too long. Give it more threads (--workers 2), lower the load, or free its machine of other work.',
  ],
  [
    'of the asked rate was sent',
    'The server was asked for less than planned, so the run says nothing about the planned rate. Lower the rate, or give the generator more threads (--workers 2).',
  ],
  [
    'of its CPU time for others',
    'A virtual machine stands still while its host runs another one, for up to a fifth of a second at a time: no generator can tell that from a slow server. What halts is taken first: --keep-awake keeps the cores busy. Else measure again later, or on a machine that shares its cores with nobody.',
  ],
  [
    'had to wait for one',
    'Requests queued inside the generator. If the server is meant to be that slow, raise --connections; else lower the rate until it keeps up.',
  ],
  [
    'ran out of sockets',
    "The machine's own limits ended requests. Raise them (ulimit -n), keep connections alive, or spread the load over several machines.",
  ],
  [
    'no request came to its end',
    'Check that the scenario sends requests, and that the run is long enough for one.',
  ],
  [
    'was answered as it should be',
    'Every answer was an error. Look at the errors by kind, and try one request by hand (curl -i).',
  ],
  ['stopped before its time', 'The figures are those of the part that ran.'],
]

/** What to do about a reason; null for one that speaks for itself. */
export function adviceFor(reason: string): string | null {
  return advices.find(([part]) => reason.includes(part))?.[1] ?? null
}

/** The result in one sentence, and in a second what the application's own limits have to do with it. */
export function verdictSentence(result: RunResult): string {
  const { verdict, requests, achievedRate, responseMs, budgets, errors } = result
  if (verdict === 'INVALID') return 'This run cannot be believed: its figures are not those of the server.'
  const missed = budgets.filter((budget) => budget.verdict === 'missed').length
  const measured = `${requests.toLocaleString('en-US')} requests at ${Math.round(achievedRate)} per second`
  const p95 = responseMs.p95 === null ? '' : `, 95 % answered within ${responseMs.p95.toPrecision(3)} ms`
  const wrong =
    errors === 0 ? ', no errors' : `, ${((100 * errors) / Math.max(1, requests)).toPrecision(2)} % errors`
  const kept =
    budgets.length === 0
      ? ''
      : missed === 0
        ? '; every measured budget holds'
        : `; ${missed} of ${budgets.length} budgets broken`
  const note = turnedAwayNote(result)
  return `${verdict === 'ABORTED' ? 'Stopped early: ' : ''}${measured}${p95}${wrong}${kept}.${note ? ` ${note}` : ''}`
}
