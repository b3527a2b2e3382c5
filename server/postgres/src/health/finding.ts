/** Something worth doing about a database. */
export interface Finding {
  /** Which rule says so: `duplicate-index`. */
  rule: string
  /** `critical`: data or service is at risk; `warning`: it costs time or space now; `info`: worth a look. */
  severity: 'critical' | 'warning' | 'info'
  /** What it is about: a table, an index, a setting, a process. */
  subject: string
  /** The figures that it rests on. */
  evidence: string
  /** What mends it; null where no statement does, and the evidence says what would. */
  statement: string | null
}

const order = { critical: 0, warning: 1, info: 2 }

/** The gravest first. */
export const bySeverity = (a: Finding, b: Finding): number =>
  order[a.severity] - order[b.severity] || a.rule.localeCompare(b.rule) || a.subject.localeCompare(b.subject)

/** As it stands in a statement. */
export const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`

export const qualified = ({ schema, name }: { schema: string; name: string }): string =>
  `${identifier(schema)}.${identifier(name)}`
