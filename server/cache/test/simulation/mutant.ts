import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Edit } from './mutation.ts'
import type * as World from './world.ts'

const cacheFolder = path.join(import.meta.dirname, '../..')

export interface Mutant extends AsyncDisposable {
  playHistory: typeof World.playHistory
}

/** A copy of the cache and of its simulation in a temporary folder, edited. */
export async function createMutant(edits: readonly Edit[]): Promise<Mutant> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-mutant-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    for (const part of ['package.json', 'src', 'test/simulation']) {
      await cp(path.join(cacheFolder, part), path.join(folder, part), { recursive: true })
    }
    await symlink(path.join(cacheFolder, '../../node_modules'), path.join(folder, 'node_modules'))
    for (const edit of edits) await apply(folder, edit)
    const world = path.join(folder, 'test/simulation/world.ts')
    const { playHistory } = (await import(pathToFileURL(world).href)) as typeof World
    return { playHistory, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function apply(folder: string, { file, find, replace }: Edit): Promise<void> {
  const at = path.join(folder, file)
  const text = await readFile(at, 'utf8')
  const found = text.split(find).length - 1
  if (found !== 1)
    throw new Error(`${found} places in ${file} read ${JSON.stringify(find)}; a mutation needs one`)
  await writeFile(
    at,
    text.replace(find, () => replace),
  )
}
