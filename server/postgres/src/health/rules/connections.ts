import type { ServerRow } from '../catalog/server.ts'
import type { Finding } from '../finding.ts'

const warningShare = 0.8
const criticalShare = 0.95

/** Whether new connections will soon be refused. */
export function connectionUse({ connections, maxConnections }: ServerRow): Finding[] {
  const share = connections / maxConnections
  if (share < warningShare) return []
  return [
    {
      rule: 'connections',
      severity: share < criticalShare ? 'warning' : 'critical',
      subject: 'max_connections',
      evidence: `${connections} of ${maxConnections} connections are open. Make the pools of the applications smaller, or put PgBouncer before the server; more connections cost memory each and make none faster.`,
      statement: null,
    },
  ]
}
