import { brotliCompressSync, constants } from 'node:zlib'
import type { BarResult, SuiteContext } from '../suite.ts'
import { largeAnswer, largePath } from './answer.ts'
import { browserHead } from './heads.ts'
import { interleave } from './interleave.ts'
import { type Peer, startPeer } from './pinned.ts'
import { rawGet } from './raw-get.ts'

const express = 'express + compression'

/** A compressed hit of 50 kB of JSON: how often, and how many bytes. */
export async function codedBars({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  await using stack = new AsyncDisposableStack()
  const hotpath = stack.use(await startPeer('hotpath'))
  const peer = stack.use(await startPeer('express-compression'))
  const ourBytes = await codedBytes(hotpath, 'br')
  const theirBytes = await codedBytes(peer, 'br')
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 }
  const brotli5 = brotliCompressSync(largeAnswer, { params }).length
  const run = (one: Peer) => ({ peer: one, path: largePath, head: browserHead })
  const runs = { hotpath: run(hotpath), [express]: run(peer) }
  const measured = await interleave(runs, { rounds: quick ? 2 : 6, seconds: quick ? 1 : 3, progress })
  const rates = { ours: measured.hotpath.rate, theirs: measured[express].rate }
  return [
    {
      id: 'coded-hit',
      what: `A compressed hit of ${Math.round(largeAnswer.length / 1000)} kB of JSON`,
      ours: rates.ours,
      peers: { [express]: rates.theirs },
      unit: 'requests/s',
      ratio: rates.ours / rates.theirs,
      bar: '≥ 20 × Express + compression',
      holds: rates.ours >= 20 * rates.theirs,
    },
    {
      id: 'coded-bytes',
      what: 'Its bytes in Brotli',
      ours: ourBytes,
      peers: { 'brotli at quality 5': brotli5, [express]: theirBytes },
      unit: 'bytes',
      ratio: ourBytes / brotli5,
      bar: '≤ 1.02 × Brotli at quality 5',
      holds: ourBytes <= 1.02 * brotli5,
    },
  ]
}

/** The bytes of the body in a coding, once it is stored in it. */
async function codedBytes({ port }: Peer, coding: string): Promise<number> {
  const head = { 'Accept-Encoding': coding }
  for (let tries = 0; tries < 100; tries++) {
    const { headers, body } = await rawGet({ port, path: largePath, head })
    if (tries > 0 && headers['content-encoding'] === coding) return body.length
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`No answer came in ${coding}.`)
}
