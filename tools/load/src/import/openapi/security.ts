import { isRecord, listOf, type ScriptDocument } from '../document.ts'
import type { NoteTaker } from '../imported.ts'
import type { Resolve } from './reference.ts'

/** Says, for each scheme that operations ask for, the flag that satisfies it: a description knows no secrets. */
export function noteSecurity(
  { data, lineOf }: ScriptDocument,
  {
    operations,
    resolve,
    notes,
  }: { operations: readonly Record<string, unknown>[]; resolve: Resolve; notes: NoteTaker },
): void {
  const wanted = new Set(
    operations.flatMap(({ security }) =>
      listOf(security ?? data.security).flatMap((one) => (isRecord(one) ? Object.keys(one) : [])),
    ),
  )
  const components = isRecord(data.components) ? data.components : {}
  const schemes = isRecord(components.securitySchemes) ? components.securitySchemes : {}
  for (const name of wanted) {
    const line = lineOf(['components', 'securitySchemes', name])
    const scheme = Object.hasOwn(schemes, name) ? resolve(schemes[name]) : null
    const flag = scheme && flagOf(scheme)
    if (flag) notes.translated(line, `security ${name}: give ${flag}`)
    else notes.skipped(line, `security ${name}: no header can be given for it`)
  }
}

/** OpenAPI 3.1 §4.8.27. */
function flagOf({ type, scheme, in: place, name }: Record<string, unknown>): string | null {
  if (type === 'oauth2' || type === 'openIdConnect') return "--header 'authorization: Bearer …'"
  if (type === 'http') {
    const kind = typeof scheme === 'string' ? scheme : 'Bearer'
    return `--header 'authorization: ${kind.charAt(0).toUpperCase()}${kind.slice(1).toLowerCase()} …'`
  }
  if (type !== 'apiKey' || typeof name !== 'string') return null
  if (place === 'header') return `--header '${name}: …'`
  return place === 'cookie' ? `--header 'cookie: ${name}=…'` : null
}
