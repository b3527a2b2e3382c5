/** Where the console's token lives. */
export interface TokenStore {
  read(): string | undefined
  write(token: string): void
}

const key = 'hotpath-token'

/**
 * Keeps the token for this tab and no longer. Not a cookie, which other sites could make the browser send; not
 * localStorage, which outlives the work on a borrowed machine. Where the browser forbids storage, memory will do.
 */
export function createTokenStore(storage: () => Storage): TokenStore {
  let remembered: string | undefined
  return {
    read() {
      try {
        return storage().getItem(key) ?? remembered
      } catch {
        return remembered
      }
    },
    write(token) {
      remembered = token
      try {
        storage().setItem(key, token)
      } catch {
        // Remembered above.
      }
    },
  }
}
