import { parentPort } from 'node:worker_threads'
import { type BatchOptions, playBatch } from '../../test/simulation/batch.ts'

/** Plays the batches it is told to, one after the other. */
parentPort!.on('message', (options: BatchOptions) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  void playBatch(options).then((outcome) => parentPort!.postMessage(outcome))
})
