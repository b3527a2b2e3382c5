import { Worker } from 'node:worker_threads'

/**
 * Kills this process once the other end of the pipe `descriptor` is gone, whatever the main thread does meanwhile: a
 * statement blocks it until it is done, which may be never. SIGKILL, because nothing else ends such a thread at once.
 */
export function endWith(descriptor: number): void {
  // Plain JavaScript: stripping types is WebAssembly, and this thread needs none.
  const watch = `
    const { Socket } = require('node:net')
    const end = () => process.kill(process.pid, 'SIGKILL')
    new Socket({ fd: ${descriptor} }).on('error', end).on('close', end).resume()`
  new Worker(watch, { eval: true, name: 'lifeline' }).unref()
}
