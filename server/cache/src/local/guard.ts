import { type ChildProcess, spawn } from 'node:child_process'

/**
 * A shell that waits for the end of its input, which comes when this process ends, be it killed: then it kills the
 * other process and removes the folder, as far as given.
 */
export function whenWeEnd(what: { kill?: number; remove?: string }): ChildProcess {
  const script = 'read -r _; [ -z "$1" ] || kill -9 "$1"; [ -z "$2" ] || rm -rf "$2"'
  const child = spawn('/bin/sh', ['-c', script, 'sh', String(what.kill ?? ''), what.remove ?? ''], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // Without a shell nothing is cleaned up after a crash; all else works.
  child.on('error', () => {})
  child.unref()
  ;(child.stdin as unknown as { unref(): void }).unref()
  return child
}
