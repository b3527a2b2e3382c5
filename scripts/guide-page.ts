import { readFileSync } from 'node:fs'
import path from 'node:path'

/** `{{express.ts}}` alone on a line stands for the program of that name. */
const place = /^\{\{([\w-]+\.ts)\}\}$/gm

/**
 * A guide with its programs in place. They are files of their own, so that a test can run what readers will copy.
 * @throws Error when a program is missing
 */
export function guidePage(template: string, folder: string): string {
  return template.replaceAll(place, (_line, name: string) => {
    const program = readFileSync(path.join(folder, name), 'utf8')
    return `\`\`\`ts\n${program.trimEnd()}\n\`\`\``
  })
}
