import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A folder of this test's own, gone at the end of its scope. */
export function scratchFolder(): Disposable & { path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-e2e-'))
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
