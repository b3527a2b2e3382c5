import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from 'node:fs'
import path from 'node:path'

/**
 * Gives a second checkout the dependencies of the first: links to the packages from outside, while a workspace's own
 * packages, which npm links to by relative paths, are those of the second.
 */
export function linkModules(from: string, to: string): void {
  const root = realpathSync(from)
  const modules = path.join(root, 'node_modules')
  const own = linkFolder(modules, path.join(to, 'node_modules'), root)
  for (const folder of own) {
    const nested = path.join(root, folder, 'node_modules')
    if (existsSync(nested) && existsSync(path.join(to, folder))) {
      linkFolder(nested, path.join(to, folder, 'node_modules'), root)
    }
  }
}

/** Links every entry; returns the folders of the workspace's own packages, relative to its root. */
function linkFolder(from: string, to: string, root: string): string[] {
  mkdirSync(to, { recursive: true })
  return readdirSync(from).flatMap((name) => {
    const [entry, link] = [path.join(from, name), path.join(to, name)]
    // Scopes hold packages of both kinds; commands are links to packages beside them.
    if (name.startsWith('@') || name === '.bin') return linkFolder(entry, link, root)
    if (!lstatSync(entry).isSymbolicLink()) {
      symlinkSync(entry, link)
      return []
    }
    symlinkSync(readlinkSync(entry), link)
    const target = existsSync(entry) ? path.relative(root, realpathSync(entry)) : '..'
    const isOwn = !target.startsWith('..') && !target.split(path.sep).includes('node_modules')
    return isOwn ? [target] : []
  })
}
