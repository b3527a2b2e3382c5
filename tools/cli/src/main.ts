import cluster from 'node:cluster'
import { HotpathError } from '@hotpath/core'
import { CommanderError } from 'commander'
import { exitCode } from './exit-code.ts'
import { createProgram } from './program.ts'
import { say } from './terminal.ts'
import { runWorker } from './workers/worker.ts'

// Who reads may leave before the end (`| head`): the files are still kept, and the exit code is still that of the result.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

if (cluster.isWorker) runWorker()
else {
  try {
    await createProgram((code) => {
      process.exitCode = code
    }).parseAsync(process.argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** One clear sentence or two for what is known, the stack for what is a defect of ours. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  if (error instanceof HotpathError) {
    say(`${error.what} ${error.why}\n→ ${error.fix} (${error.code})`)
    return exitCode.usage
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCode.broken
}
