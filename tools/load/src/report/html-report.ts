import type { Environment } from '../environment.ts'
import type { ImportNote } from '../import/imported.ts'
import type { RunResult } from '../record/result.ts'
import { adviceFor, verdictSentence } from './advice.ts'
import { distributionCards } from './distribution.ts'
import { count, figure, ms, percent } from './figures.ts'
import { html, type Markup, nothing } from './markup.ts'
import {
  budgetsSection,
  detailSections,
  endpointsSection,
  generatorFacts,
  notesSection,
  settingsSection,
  timesSection,
} from './sections.ts'
import { serverSection } from './server-cards.ts'
import { style } from './style.ts'
import { latenessCard, timelineCards } from './time-charts.ts'

export interface ReportOptions {
  /** What was run. */
  title: string
  /** @default null */
  environment?: Environment | null
  /** Of an imported script. @default [] */
  notes?: readonly ImportNote[]
}

/**
 * A run as one HTML file that asks for nothing else: no network, no script. Give the result its histogram
 * (`histograms: true`), else the distribution is missing.
 */
export function htmlReport(
  result: RunResult,
  { title, environment = null, notes = [] }: ReportOptions,
): string {
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <title>${result.verdict}: ${title}</title>
      <style>
        ${{ markup: style }}
      </style>
    </head>
    <body>
      <main>
        ${[
          headSection(result, title),
          budgetsSection(result),
          html`<h2>Course of the run</h2>
            <div class="cards">${timelineCards(result)}${distributionCards(result)}</div>`,
          endpointsSection(result),
          timesSection(result),
          detailSections(result),
          serverSection(result),
          html`<h2>Generator</h2>
            <div class="cards">${latenessCard(result)}${generatorFacts(result)}</div>`,
          settingsSection(result, environment),
          notesSection(notes),
        ]}
      </main>
    </body>
  </html>`
  return `<!doctype html>\n${page.markup}\n`
}

function headSection(result: RunResult, title: string): Markup {
  const { verdict, requests, errors, achievedRate, responseMs, startedAt } = result
  const missed = result.budgets.some((budget) => budget.verdict === 'missed')
  const tone = verdict === 'VALID' ? (missed ? 'bad' : 'good') : verdict === 'INVALID' ? 'bad' : 'warn'
  const tiles: [string, string][] = [
    ['Requests', count(requests)],
    ['Per second', figure(achievedRate)],
    ['Errors', requests === 0 ? '–' : percent(errors / requests)],
    ['p50', ms(responseMs.p50)],
    ['p95', ms(responseMs.p95)],
    ['p99', ms(responseMs.p99)],
  ]
  return html`<header>
    <h1>${title}</h1>
    <p class="meta">Load run of ${startedAt.replace('T', ' ').replace(/\..*$/, '')} UTC</p>
    <p class="sentence"><span class="verdict ${tone}">${verdict}</span>${verdictSentence(result)}</p>
    ${reasonsBox(result)}
    <ul class="tiles">
      ${tiles.map(([name, value]) => html`<li><span>${name}</span><strong>${value}</strong></li>`)}
    </ul>
  </header>`
}

function reasonsBox({ reasons, verdict }: RunResult): Markup {
  if (reasons.length === 0) return nothing
  return html`<section class="reasons">
    <strong>Why it is ${verdict}</strong>
    <ul>
      ${reasons.map((reason) => {
        const advice = adviceFor(reason)
        return html`<li>${reason}${advice === null ? null : html`<p>${advice}</p>`}</li>`
      })}
    </ul>
  </section>`
}
