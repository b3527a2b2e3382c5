/** A flat list of header names and values as they came, in order and with repetitions. */
export type HeaderList = string[]

/** Fields that speak of one connection only (RFC 9110 §7.6.1, and what old software sends). By lower-case name. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
])

/** The names that a Connection field lists, by lower-case name. */
export function connectionOptions(field: string | undefined): readonly string[] {
  if (field === undefined) return []
  return field
    .split(',')
    .map((option) => option.trim().toLowerCase())
    .filter((option) => option !== '')
}

/** What of a list is meant for the far end: neither of one connection, nor listed in Connection, nor in `besides`. */
export function endToEnd(list: Readonly<HeaderList>, besides: ReadonlySet<string> = none): HeaderList {
  const listed = new Set<string>()
  for (let index = 0; index < list.length; index += 2) {
    if (list[index]!.toLowerCase() !== 'connection') continue
    for (const option of connectionOptions(list[index + 1])) listed.add(option)
  }
  const kept: HeaderList = []
  for (let index = 0; index < list.length; index += 2) {
    const name = list[index]!.toLowerCase()
    // A name that begins with a colon is the request line of HTTP/2.
    if (hopByHop.has(name) || listed.has(name) || besides.has(name) || name.startsWith(':')) continue
    kept.push(list[index]!, list[index + 1]!)
  }
  return kept
}

/** All values of one field, joined as RFC 9110 §5.3 has it; undefined where there is none. */
export function fieldOf(list: Readonly<HeaderList>, name: string): string | undefined {
  const values: string[] = []
  for (let index = 0; index < list.length; index += 2) {
    if (list[index]!.toLowerCase() === name) values.push(list[index + 1]!)
  }
  return values.length === 0 ? undefined : values.join(', ')
}

const none: ReadonlySet<string> = new Set()
