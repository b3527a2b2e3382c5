import { appendFileSync } from 'node:fs'
import type { RunResult } from '@hotpath/load'
import type { Environment } from '@hotpath/load/environment'
import type { Imported } from '@hotpath/load/import'
import { githubSummary, htmlReport, junitReport } from '@hotpath/load/report'
import { cliErrors } from '../errors.ts'
import { openOutFile } from '../out-file.ts'
import type { LoadTarget } from './target.ts'

/** Where a run's result goes, besides the terminal. */
export interface OutputFlags {
  out?: string
  html?: string
  junit?: string
  github?: boolean
}

/** A run's result with where it took place, and what an imported script left out: what is kept of a run. */
export interface RunDocument extends RunResult {
  environment: Environment
  imported?: Pick<Imported, 'format' | 'notes'>
}

export function documentOf(
  result: RunResult,
  { imported }: LoadTarget,
  environment: Environment,
): RunDocument {
  if (!imported) return { ...result, environment }
  return { ...result, environment, imported: { format: imported.format, notes: imported.notes } }
}

export interface Outputs {
  write(document: RunDocument, title: string): void
}

/**
 * Opens every file before the run, so that a mistyped path is found out first.
 * @throws HP_OUT_UNWRITABLE, HP_GITHUB_MISSING
 */
export function openOutputs({ out, html, junit, github = false }: OutputFlags): Outputs {
  const summary = process.env.GITHUB_STEP_SUMMARY
  // Before the files, which would be left behind empty.
  if (github && !summary) throw cliErrors.HP_GITHUB_MISSING()
  const outFile = openOutFile(out)
  const htmlFile = openOutFile(html)
  const junitFile = openOutFile(junit)
  return {
    write(document, title) {
      const { environment, imported } = document
      outFile.write(document)
      if (html) htmlFile.writeText(htmlReport(document, { title, environment, notes: imported?.notes ?? [] }))
      if (junit) junitFile.writeText(junitReport(document, title))
      if (github && summary) appendFileSync(summary, githubSummary(document, title))
    },
  }
}
