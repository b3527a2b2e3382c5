import type { Proved } from './advise.ts'
import type { Skipped } from './baseline.ts'
import type { ExistingIndex, Table } from './catalog.ts'
import type { Built } from './evaluate.ts'
import { createSql, type IndexSpec } from './index-spec.ts'
import { migrationSql } from './migration.ts'
import type { AcceptedIndex, Advice } from './options.ts'
import type { Subject } from './subject.ts'

export interface Findings extends Proved {
  subjects: readonly Subject[]
  skipped: Skipped[]
  notes: string[]
  pool: readonly Built[]
  failed: readonly { spec: IndexSpec; reason: string }[]
  redundant: readonly { index: ExistingIndex; by: ExistingIndex }[]
  partitions: Map<Table, string[]>
}

/** Puts what was found into the words of the command's contract. */
export function report(findings: Findings): Advice {
  const { subjects, verification, set, pool, failed, reasons, partitions } = findings
  const verdicts = new Map(verification?.statements.map((verdict) => [verdict.subject, verdict]))
  const statements = subjects.map((subject) => {
    const { beforeMs, afterMs, ratio } = verdicts.get(subject) ?? {
      beforeMs: subject.beforeMs,
      afterMs: subject.beforeMs,
      ratio: undefined,
    }
    const { estimate, low, high } = ratio ?? { estimate: 1, low: 1, high: 1 }
    return { name: subject.statement.name, beforeMs, afterMs, ratio: estimate, low, high }
  })
  const weighted = (which: 'beforeMs' | 'afterMs'): number =>
    statements.reduce((sum, statement, at) => sum + subjects[at]!.statement.weight * statement[which], 0)
  const [beforeMs, afterMs] = [weighted('beforeMs'), weighted('afterMs')]
  const accepted = acceptedOf(findings)
  const kept = new Set(set)
  return {
    accepted,
    rejected: [
      ...pool
        .filter((one) => !kept.has(one))
        .map((one) => ({ sql: createSql(one.spec), reason: reasons.get(one) ?? 'is not needed' })),
      ...failed.map(({ spec, reason }) => ({ sql: createSql(spec), reason })),
    ],
    beforeMs,
    afterMs,
    conclusive: findings.conclusive,
    statements,
    skipped: findings.skipped,
    redundant: findings.redundant.map(({ index, by }) => ({
      sql: `DROP INDEX CONCURRENTLY ${index.name}`,
      reason: `${by.name} serves all that it serves`,
    })),
    notes: findings.notes,
    pairs: verification?.pairs ?? 0,
    migration:
      accepted.length === 0
        ? ''
        : migrationSql(
            accepted.map(({ spec, gain, sizeBytes }) => ({
              spec,
              gainMs: gain,
              sizeBytes,
              partitions: partitions.get(spec.table) ?? [],
            })),
            { beforeMs, afterMs },
          ),
  }
}

function acceptedOf({ set, verification }: Findings): AcceptedIndex[] {
  return set
    .flatMap((built) => {
      const verdict = verification?.indexes.find((one) => one.built === built)
      if (!verdict) return []
      const { estimate, low, high } = verdict.ratio
      return {
        sql: createSql(built.spec),
        spec: built.spec,
        gain: verdict.gainMs,
        ratio: { estimate, low, high },
        sizeBytes: built.sizeBytes,
        writeCost: verdict.writeCostMs,
        writeCostBytes: verdict.writeCostBytes,
      }
    })
    .sort((a, b) => b.gain - a.gain)
}
