/** The longest wait between two tries, in milliseconds. */
const longestMs = 15_000
/** Between tries while nothing has ever been answered. */
const firstMs = 3_000

/**
 * How long to wait before asking again after a failure: as long as the server has been away already, so that the
 * waits double.
 */
export function retryWait({
  every,
  answeredAt,
  failedAt,
}: {
  /** Between two questions while all is well. */
  every: number
  /** Milliseconds since 1970; 0 for never. */
  answeredAt: number
  failedAt: number
}): number {
  if (answeredAt === 0) return Math.max(every, firstMs)
  return Math.max(every, Math.min(longestMs, failedAt - answeredAt))
}
