import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerTimes } from './wire-log.ts'

/** The kernel hands over what it has captured once a second. */
const handOverMs = 1_300
const headersBytes = 120

/**
 * Does something and says how long each answer of `port` took meanwhile by the kernel's own clock, as its packets
 * passed the loopback interface: what neither side can be wrong about, nor hold up.
 * @throws Error where tcpdump may not capture
 */
export async function onTheWire<T>(
  port: number,
  work: () => Promise<T>,
): Promise<{ result: T; answers: number[] }> {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'hotpath-wire-'))
  const file = path.join(folder.path, 'capture.pcap')
  await using capture = await startCapture(port, file)
  const result = await work()
  await sleep(handOverMs)
  await capture.end()
  return { result, answers: answerTimes(await readFile(file), port) }
}

interface Capture extends AsyncDisposable {
  /** Writes what is left. */
  end(): Promise<void>
}

/** It gives way to both sides: what was captured waits in the kernel. */
async function startCapture(port: number, file: string): Promise<Capture> {
  const options = ['-i', 'lo', '-w', file, '-Z', os.userInfo().username, '-s', String(headersBytes)]
  const precise = ['--time-stamp-precision=nano', `ip and tcp port ${port}`]
  const tcpdump = spawn('nice', ['-n', '19', 'tcpdump', ...options, ...precise], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(tcpdump, 'exit')
  let said = ''
  const listens = new Promise<boolean>((resolve) => {
    tcpdump.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('listening on')) resolve(true)
    })
  })
  if (!(await Promise.race([listens, ended.then(() => false)])))
    throw new Error(`tcpdump cannot capture what passes: ${said.trim()}`)
  async function end(): Promise<void> {
    if (tcpdump.exitCode === null && tcpdump.signalCode === null) tcpdump.kill('SIGTERM')
    await ended
  }
  return { end, [Symbol.asyncDispose]: end }
}
