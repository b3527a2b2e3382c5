import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Clock } from '@hotpath/core'
import { httpChannels, type HttpRequestMessage } from '../channels.ts'
import { type AccessFormat, combinedLine, jsonLine } from './access-line.ts'
import { openLineFile } from './line-file.ts'

export interface AccessLogOptions {
  /** A file, appended to; `-` is the standard output. */
  path: string
  /** @default 'combined' */
  format?: AccessFormat
  /** @default Date.now */
  clock?: Clock
}

/** A line for every finished request, hits included. */
export interface AccessLog {
  /** For after the file was renamed; what `logrotate` does with a signal. */
  reopen(): Promise<void>
  /** Lines that could not be written. */
  dropped(): number
  close(): Promise<void>
}

/**
 * Begins to log what `hotpath:http:request` tells, of all caches of this process.
 * @throws HP_ACCESS_LOG_UNWRITABLE
 */
export async function openAccessLog(options: AccessLogOptions): Promise<AccessLog> {
  const { path, format = 'combined', clock = Date.now } = options
  const file = await openLineFile(path)
  const lineOf = format === 'json' ? jsonLine : combinedLine
  const log = (message: unknown) => file.write(lineOf(message as HttpRequestMessage, clock()))
  subscribe(httpChannels.request, log)
  return {
    reopen: file.reopen,
    dropped: file.dropped,
    close() {
      unsubscribe(httpChannels.request, log)
      return file.close()
    },
  }
}
