import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@hotpath/cache/local'
import { answering } from './answering.ts'
import { type Peer, startPinned } from './pinned.ts'

/** Varnish before `origin`, in memory, its defaults but for one thread pool: it has one core. */
export async function startVarnish(originPort: number): Promise<Peer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-varnish-'))
  const port = await freePort()
  const options = `-n ${folder} -a 127.0.0.1:${port} -b 127.0.0.1:${originPort} -s malloc,64m -t 3600`
  const running = startPinned('varnishd', ['-j', 'none', '-F', ...options.split(' '), '-p', 'thread_pools=1'])
  await answering(port, 'Varnish')
  return {
    port,
    pid: running.pid,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
