import { type FileHandle, open } from 'node:fs/promises'
import { httpErrors } from '../errors.ts'

/** Where lines go: kept for a moment, and written together. */
export interface LineFile {
  /** Takes a line, its line feed included; never waits. */
  write(line: string): void
  /** Opens the path anew: after it was renamed, lines go into a new file of its name. */
  reopen(): Promise<void>
  /** Lines that were given up because the disk was slower than the requests, or refused them. */
  dropped(): number
  /** Writes what is kept, and ends. */
  close(): Promise<void>
}

/** How long a line may be kept, in milliseconds. */
const flushMs = 100
/** As soon as this much is kept it is written, in characters. */
const flushAt = 64 * 1024
/** More than this is not kept when writing takes longer than it comes, in characters. */
const mostKept = 8 * 1024 * 1024

/**
 * Opens a file for appending; `-` is the standard output.
 * @throws HP_ACCESS_LOG_UNWRITABLE
 */
export async function openLineFile(path: string): Promise<LineFile> {
  let file = await openFor(path)
  let kept: string[] = []
  let keptLength = 0
  let dropped = 0
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> = Promise.resolve()
  let isWriting = false

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    if (kept.length === 0 || isWriting) return writing
    const lines = kept
    kept = []
    keptLength = 0
    isWriting = true
    writing = append(file, lines.join(''))
      .catch(() => {
        dropped += lines.length
      })
      .then(() => {
        isWriting = false
        // What came meanwhile, and whose own moment has passed.
        if (kept.length > 0 && timer === null) return flush()
        return undefined
      })
    return writing
  }

  async function settle(): Promise<void> {
    await writing
    await flush()
    await writing
  }

  return {
    write(line) {
      if (keptLength + line.length > mostKept) {
        dropped += 1
        return
      }
      kept.push(line)
      keptLength += line.length
      if (keptLength >= flushAt) void flush()
      else timer ??= setTimeout(() => void flush(), flushMs).unref()
    },
    async reopen() {
      const before = file
      const next = await openFor(path)
      await settle()
      file = next
      await before?.close()
    },
    dropped: () => dropped,
    async close() {
      await settle()
      await file?.close()
    },
  }
}

/** Null stands for the standard output. */
async function openFor(path: string): Promise<FileHandle | null> {
  if (path === '-') return null
  return open(path, 'a', 0o640).catch((cause: NodeJS.ErrnoException) => {
    throw httpErrors.HP_ACCESS_LOG_UNWRITABLE({ path, problem: cause.code ?? cause.message }, { cause })
  })
}

function append(file: FileHandle | null, text: string): Promise<void> {
  if (file) return file.appendFile(text)
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
