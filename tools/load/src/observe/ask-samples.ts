import { paths, type ServerSamples } from '@hotpath/core'
import { request } from 'undici'
import type { ProcessSlices } from './server-side.ts'

/** Reads the slices of an application's processes while a run goes on. */
export interface SampleReader {
  /** Asks once; of several processes, any may answer. @throws Error saying why it was not answered */
  ask(): Promise<void>
  /** What is known so far, one for each process; times by this machine's clock. */
  processes(): ProcessSlices[]
}

export interface SampleReaderOptions {
  origin: string
  /** HOTPATH_TOKEN of the application, where it is not on this machine. */
  token?: string | undefined
}

const patienceMs = 5_000

interface Known {
  /** The server's clock minus ours, from the quickest answer. */
  offsetMs: number
  quickestMs: number
  latest: ServerSamples
}

/** Makes a reader, which asks nothing by itself. */
export function createSampleReader({ origin, token }: SampleReaderOptions): SampleReader {
  const url = new URL(paths.samples, origin)
  const known = new Map<string, Known>()

  function learn(answer: ServerSamples, sentAt: number, gotAt: number): void {
    const { pid, number } = answer.worker
    const name = `${number ?? ''}:${pid}`
    const before = known.get(name)
    const tookMs = gotAt - sentAt
    const isQuicker = tookMs < (before?.quickestMs ?? Infinity)
    known.set(name, {
      offsetMs: isQuicker ? answer.now - (sentAt + gotAt) / 2 : before!.offsetMs,
      quickestMs: Math.min(tookMs, before?.quickestMs ?? Infinity),
      latest: answer,
    })
  }

  return {
    async ask() {
      const sentAt = Date.now()
      // A new connection each time: of several processes on one port, each gets its turn.
      const { statusCode, body } = await request(url, {
        headersTimeout: patienceMs,
        bodyTimeout: patienceMs,
        reset: true,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      })
      const text = await body.text()
      if (statusCode !== 200) throw new Error(`it answered ${statusCode}`)
      learn(JSON.parse(text) as ServerSamples, sentAt, Date.now())
    },
    processes: () =>
      Array.from(known.values(), ({ offsetMs, latest: { cores, machineCores, poolSize, samples } }) => ({
        cores,
        machineCores,
        poolSize,
        samples: samples.map((sample) => ({ ...sample, at: sample.at - offsetMs })),
      })),
  }
}
