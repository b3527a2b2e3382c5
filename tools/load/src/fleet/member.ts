import { parentPort } from 'node:worker_threads'
import { serveMember } from './serve-member.ts'

/** A generator in a thread or a process of its own: the file that both start with. */
if (parentPort) {
  const port = parentPort
  serveMember({
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
  })
} else if (process.send) {
  // Ctrl-C reaches the whole process group: the coordinator decides, so that the partial result is kept.
  process.on('SIGINT', () => {})
  process.once('disconnect', () => process.exit())
  serveMember({
    send: (message) => void process.send?.(message),
    onMessage: (listener) => process.on('message', listener),
  })
}
