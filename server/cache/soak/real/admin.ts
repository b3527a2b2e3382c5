import { connect } from 'node:net'

/**
 * Sends one command to Redis over a connection of its own and gives the raw answer; faults must reach it whatever
 * state our clients are in. Rejects when there is no answer within `withinMs`.
 */
export function tellRedis(
  port: number,
  words: readonly (string | number)[],
  withinMs = 2_000,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    const parts = words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`)
    let answer = ''
    socket.setTimeout(withinMs, () => socket.destroy(new Error(`Redis did not answer ${words.join(' ')}`)))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`Redis closed the connection at ${words.join(' ')}`)))
    socket.on('data', (chunk) => {
      answer += chunk.toString()
      if (!isWhole(answer)) return
      resolve(answer)
      socket.destroy()
    })
    socket.write(`*${parts.length}\r\n${parts.join('')}`)
  })
}

/** Simple answers end with the line, a bulk of bytes says how long it is. */
function isWhole(answer: string): boolean {
  const bulk = /^\$(\d+)\r\n/.exec(answer)
  if (bulk) return answer.length >= bulk[0].length + Number(bulk[1]) + 2
  return answer.endsWith('\r\n')
}
