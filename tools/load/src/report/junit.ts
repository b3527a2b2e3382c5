import { formatValue, parseBudget } from '@hotpath/core'
import type { RunResult } from '../record/result.ts'
import { escapeMarkup } from './markup.ts'

/** A run as a JUnit XML file: one test case for the verdict, one for each budget and each check. */
export function junitReport(result: RunResult, title: string): string {
  const { target, startedAt } = result
  const cases = [verdictCase(result), ...result.budgets.map(budgetCase), ...result.checks.map(checkCase)]
  const failures = cases.filter(({ outcome }) => outcome?.kind === 'failure').length
  const errors = cases.filter(({ outcome }) => outcome?.kind === 'error').length
  const skipped = cases.filter(({ outcome }) => outcome?.kind === 'skipped').length
  const seconds = ((target.durationMs + target.warmupMs) / 1000).toFixed(3)
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`
  const body = cases.map((one) => testCase(one, title)).join('\n')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hotpath load" ${counts} time="${seconds}">`,
    `  <testsuite name="${escapeMarkup(title)}" ${counts} time="${seconds}" timestamp="${startedAt.replace(/\..*$/, '')}">`,
    body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

interface TestCase {
  name: string
  /** Null when it passed. */
  outcome: { kind: 'failure' | 'error' | 'skipped'; message: string } | null
}

function verdictCase({ verdict, reasons }: RunResult): TestCase {
  const message = reasons.join(' ')
  return {
    name: 'the run can be believed',
    outcome: verdict === 'VALID' ? null : { kind: 'error', message: `${verdict}: ${message}` },
  }
}

function budgetCase({ text, verdict, value }: RunResult['budgets'][number]): TestCase {
  if (verdict === 'met') return { name: text, outcome: null }
  const measured =
    value === null ? 'nothing was measured' : `measured ${formatValue(value, parseBudget(text).unit)}`
  return { name: text, outcome: { kind: verdict === 'missed' ? 'failure' : 'skipped', message: measured } }
}

/** A check that fails now and then is for a budget to judge (`checks > 99%`), so it is shown and breaks nothing. */
function checkCase({ name, passed, failed }: RunResult['checks'][number]): TestCase {
  const message = `failed ${failed} of ${passed + failed} times`
  return { name: `check: ${name}`, outcome: failed === 0 ? null : { kind: 'skipped', message } }
}

function testCase({ name, outcome }: TestCase, title: string): string {
  const head = `    <testcase classname="${escapeMarkup(title)}" name="${escapeMarkup(name)}"`
  return outcome === null
    ? `${head}/>`
    : `${head}><${outcome.kind} message="${escapeMarkup(outcome.message)}"/></testcase>`
}
