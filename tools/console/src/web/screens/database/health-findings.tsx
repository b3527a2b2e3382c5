import type { DatabaseHealth } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { CodeBlock } from '../../parts/code-block.tsx'
import { count, percent } from '../../parts/say.ts'
import { StandingIcon, type Tone } from '../../parts/standing-icon.tsx'
import styles from './database.module.css'

type Finding = DatabaseHealth['findings'][number]

const tones: Record<Finding['severity'], Tone> = { critical: 'bad', warning: 'warn', info: 'idle' }

/** What is worth mending, the gravest first, each with the statement that mends it. */
export function HealthFindings({ health }: { health: DatabaseHealth }) {
  const { findings, checked, hitRatio, connections } = health
  const looked = `${count(checked.tables)} tables, ${count(checked.indexes)} indexes and ${count(checked.sessions)} sessions were looked at. ${percent(hitRatio)} of block reads came from memory; ${count(connections.open)} of ${count(connections.max)} connections are open.`
  if (findings.length === 0) return <Empty title="Nothing was found to mend.">{looked}</Empty>
  return (
    <>
      <ul className={styles.findings}>
        {findings.map((finding) => (
          <li key={`${finding.rule} ${finding.subject}`} data-tone={tones[finding.severity]}>
            <p className={styles.finding}>
              <StandingIcon tone={tones[finding.severity]} />
              <strong>{finding.severity}</strong>
              <span>{finding.subject}</span>
              <code>{finding.rule}</code>
            </p>
            <p>{finding.evidence}</p>
            {finding.statement !== null && (
              <CodeBlock label={`statement for ${finding.subject}`} text={finding.statement} />
            )}
          </li>
        ))}
      </ul>
      <p className={styles.soft}>{looked}</p>
    </>
  )
}
