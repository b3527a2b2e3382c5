import { type AccessLog, type AccessLogOptions, openAccessLog } from '@hotpath/http'

/**
 * Opens an access log that is opened anew at SIGUSR2: what `logrotate` sends after it has renamed the file.
 * @throws HP_ACCESS_LOG_UNWRITABLE
 */
export async function openSignalledLog(options: AccessLogOptions): Promise<Pick<AccessLog, 'close'>> {
  const log = await openAccessLog(options)
  // A file that cannot be opened now leaves the old one in use.
  const reopen = () => void log.reopen().catch((error: Error) => process.emitWarning(error))
  process.on('SIGUSR2', reopen)
  return {
    close() {
      process.off('SIGUSR2', reopen)
      return log.close()
    },
  }
}
