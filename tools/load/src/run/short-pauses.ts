import { setFlagsFromString } from 'node:v8'

const usualFactor = 2
let holders = 0

/**
 * Keeps V8's young generation at its size until disposed of: it otherwise grows with the answers, and each of its
 * collections then frees the buffers of some thousand of them at once, for 10 to 30 milliseconds in which nothing is sent.
 */
export function keepPausesShort(): Disposable {
  holders += 1
  setGrowth(1)
  return {
    [Symbol.dispose]() {
      holders -= 1
      if (holders === 0) setGrowth(usualFactor)
    },
  }
}

const setGrowth = (factor: number) => setFlagsFromString(`--semi-space-growth-factor=${factor}`)
