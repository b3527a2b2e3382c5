/** The end of a connection, told to everybody who waits for something on it, and to who comes later. */
export interface Loss {
  tell(why: string): void
  onLoss(listener: (why: string) => void): () => void
}

export function createLoss(): Loss {
  const listeners = new Set<(why: string) => void>()
  let lost: string | undefined
  return {
    tell(why) {
      lost ??= why
      for (const listener of listeners) listener(why)
      listeners.clear()
    },
    onLoss(listener) {
      if (lost !== undefined) listener(lost)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
