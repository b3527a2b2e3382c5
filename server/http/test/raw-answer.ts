import { connect } from 'node:net'
import type { Serving } from './serving.ts'

/** The raw bytes of one answer, whose body ends with `b` where it is a 200. */
export function rawAnswer(app: Serving, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes = ''
    const socket = connect(app.port, '127.0.0.1').setEncoding('latin1').once('error', reject)
    socket.on('data', (text: string) => {
      bytes += text
      if (bytes.endsWith('b') || !bytes.includes('200 OK')) socket.end()
    })
    socket.once('close', () => resolve(bytes))
    socket.write(head)
  })
}
