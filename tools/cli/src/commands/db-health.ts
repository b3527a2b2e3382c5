import { type Bytes, parseBytes, paths } from '@hotpath/core'
import { openDatabase } from '@hotpath/postgres'
import { checkHealth, type Finding, type HealthReport } from '@hotpath/postgres/health'
import { exitCode } from '../exit-code.ts'
import { ask, type Target } from '../running-app.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

export interface DbHealthOptions extends Target {
  /** The database itself; otherwise a running application is asked. */
  url?: string
  replica: readonly string[]
  /** Of the server's machine. */
  memory?: Bytes
  json: boolean
}

/** Says what is worth doing about a database, and with which statement. */
export async function dbHealth(options: DbHealthOptions): Promise<number> {
  const report =
    options.url === undefined
      ? await ask<HealthReport>(options, paths.databaseHealth)
      : await checkServers({ ...options, url: options.url })
  if (options.json) printJson(report)
  else print(render(report))
  return report.findings.some(({ severity }) => severity !== 'info') ? exitCode.broken : exitCode.ok
}

async function checkServers({
  url,
  replica,
  memory,
}: DbHealthOptions & { url: string }): Promise<HealthReport> {
  const databases = await Promise.all(
    [url, ...replica].map((url) => openDatabase({ url, poolSize: 2, applicationName: 'hotpath db health' })),
  )
  try {
    const [primary, ...replicas] = databases
    return await checkHealth(primary!, {
      replicas,
      ...(memory !== undefined && { memoryBytes: parseBytes(memory) }),
    })
  } finally {
    await Promise.all(databases.map((database) => database.close()))
  }
}

function render({ findings, checked, hitRatio, connections }: HealthReport): string {
  const facts = renderTable(
    ['Looked at', ''],
    [
      ['servers', String(checked.servers)],
      ['tables', String(checked.tables)],
      ['indexes', String(checked.indexes)],
      ['foreign keys', String(checked.foreignKeys)],
      ['connections', `${connections.open} of ${connections.max}`],
      ['cache hit ratio', hitRatio === null ? '' : `${(100 * hitRatio).toFixed(1)}%`],
    ],
    ['left', 'right'],
  )
  if (findings.length === 0) return `${facts}\n\nNothing is to be done.`
  return [facts, ...findings.map(paragraph)].join('\n\n')
}

const paragraph = ({ severity, rule, subject, evidence, statement }: Finding) =>
  [
    `${severity}  ${rule}  ${subject}`,
    `  ${evidence}`,
    ...(statement === null ? [] : [`  → ${statement};`]),
  ].join('\n')
