import type { IncomingMessage } from 'node:http'
import { type RunResult, runLoad } from '@hotpath/load'
import type { Imported } from '@hotpath/load/import'
import { startServer } from '../server.ts'

/** What a server was asked. */
export interface Asked {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

type Answer = (asked: Asked) => { status?: number; headers?: Record<string, string>; body?: unknown }

/**
 * Runs an imported script against a server of the test's own, with the script's own load in `duration` and less:
 * closed, one user, a given number of iterations.
 */
export async function runOnce(
  imported: Imported,
  { iterations, answer }: { iterations: number; answer: Answer },
): Promise<{ asked: Asked[]; result: RunResult }> {
  const asked: Asked[] = []
  await using server = await startServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const seen = { method: request.method!, url: request.url!, headers: request.headers, body }
      asked.push(seen)
      const { status = 200, headers = {}, body: content = {} } = answer(seen)
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof content === 'string' ? content : JSON.stringify(content))
    })
  })
  const { stages: _stages, ...options } = imported.options
  const result = await runLoad({
    ...options,
    scenarios: imported.scenarios,
    origin: server.origin,
    model: 'closed',
    users: 1,
    iterations,
    duration: '20s',
  })
  return { asked, result }
}
