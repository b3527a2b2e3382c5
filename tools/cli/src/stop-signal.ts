const impatientMs = 500

/**
 * Resolves at the first SIGINT or SIGTERM. npm passes Ctrl-C on although the terminal has sent it already, so only a
 * second one after half a second means "now".
 */
export function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let firstAt = 0
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt === 0) {
      firstAt = Date.now()
      resolve()
    } else if (Date.now() - firstAt > impatientMs) {
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return promise
}
