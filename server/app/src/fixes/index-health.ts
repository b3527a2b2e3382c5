import type { Fix } from '@hotpath/core'
import type { Facts } from './facts.ts'

const titles: Record<string, (subject: string) => string> = {
  'duplicate-index': (subject) => `${subject} repeats another index`,
  'unused-index': (subject) => `No statement reads ${subject}`,
  'invalid-index': (subject) => `${subject} was never finished`,
  'foreign-key-without-index': (subject) => `The foreign key of ${subject} has no index`,
}

/** Indexes that cost each write and serve nobody, and foreign keys that need one: they save no time that was measured. */
export function indexHealth({ health }: Pick<Facts, 'health'>): Fix[] {
  return health.flatMap(({ rule, subject, evidence, statement }) => {
    const title = titles[rule]
    if (!title) return []
    return [
      {
        id: `index-health:${rule}:${subject}`,
        kind: 'index-health' as const,
        title: title(subject),
        route: null,
        savedMsPerSecond: 0,
        evidence: [evidence],
        action: {
          text: 'See that nobody else needs it as it is, then run the statement.',
          ...(statement !== null && { sql: statement }),
          command: 'hotpath db health',
          screen: 'database',
        },
      },
    ]
  })
}
