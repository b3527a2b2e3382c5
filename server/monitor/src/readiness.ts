import { type Duration, formatDuration, HotpathError, parseDuration } from '@hotpath/core'

/** A dependency is ready when its check resolves. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void>>>

export interface Readiness {
  /** True when every check passed. */
  ready: boolean
  /** `ok`, or why not, without credentials: this page is public. */
  checks: Record<string, string>
}

/** Runs all checks at once; one that does not answer in time counts as failed. */
export async function checkReadiness(checks: ReadinessChecks, timeout: Duration = '2s'): Promise<Readiness> {
  const timeoutMs = parseDuration(timeout)
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcome(check, timeoutMs)] as const),
  )
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) }
}

async function outcome(check: () => Promise<void>, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, `no answer within ${formatDuration(timeoutMs)}`)
  })
  try {
    return await Promise.race([run(check), late])
  } catch (error) {
    return describe(error)
  } finally {
    clearTimeout(timer)
  }
}

async function run(check: () => Promise<void>): Promise<string> {
  await check()
  return 'ok'
}

const longest = 200

/** The first line of what went wrong; the credentials of a URL and named secrets are struck out. */
function describe(error: unknown): string {
  const clean = messageOf(error)
    .trim()
    .split('\n', 1)[0]!
    .replaceAll(/\/\/\S*@/g, '//***@')
    .replaceAll(secrets, '$1$2***')
  return clean.slice(0, longest) || 'failed without saying why'
}

const secrets =
  /\b(password|passwd|pwd|token|secret|api[-_]?key|authorization)(["']?\s*[=:]\s*)(?:(?:bearer|basic)\s+)?\S+/gi

function messageOf(error: unknown): string {
  if (error instanceof HotpathError) return error.what
  if (!(error instanceof Error)) return String(error)
  // A refused connection tried on several addresses is an AggregateError with a code and no message.
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name)
}
