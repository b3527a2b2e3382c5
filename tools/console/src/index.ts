import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The absolute path of the folder that holds the built console: `index.html` and its hashed assets. */
export function consoleFiles(): string {
  return fileURLToPath(new URL('../dist/', import.meta.url))
}

/** Whether the console has been built (`vite build tools/console`). */
export function consoleBuilt(): boolean {
  return existsSync(new URL('../dist/index.html', import.meta.url))
}
