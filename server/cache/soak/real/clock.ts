/** Milliseconds on a clock that all processes of this machine share and nobody can set. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))

/** Resolves as soon as `condition` holds; false when it did not within `withinMs`. */
export async function poll(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = now() + withinMs
  while (!condition()) {
    if (now() > deadline) return false
    await sleep(10)
  }
  return true
}
