/** The most that an alarm rings before a due time, in milliseconds, and therefore the most that is waited for it awake. */
export const mostLeadMs = 0.5
const stepMs = 0.02
/** What follows another closer than this is due when the thread is awake, or nearly so: an alarm before it gains nothing. */
const aloneMs = 1

/**
 * How long before the next due time to ring: as long as waking takes. Half of the wakes come late and half early, by some
 * hundredths of a millisecond, once it has been learned.
 */
export function nextLead(leadMs: number, lateMs: number): number {
  return Math.min(mostLeadMs, Math.max(0, leadMs + (lateMs > 0 ? stepMs : -stepMs)))
}

/** Whether a due time is met by an alarm of its own. */
export function comesAlone(dues: Float64Array, index: number): boolean {
  return index === 0 || dues[index]! - dues[index - 1]! > aloneMs
}
