import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'

/** Runs one command; `input` becomes its last word. The answer as bytes, its parts on lines of their own. */
export async function redisCli(url: string, words: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const child = spawn('redis-cli', ['-u', url, '--raw', ...(input ? ['-x'] : []), ...words], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.end(input)
  // It ends what it prints with a line end of its own.
  return (await buffer(child.stdout)).subarray(0, -1)
}
