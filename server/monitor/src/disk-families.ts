import { readFile, statfs } from 'node:fs/promises'
import type { LateFamily, Sample } from './exposition.ts'

/** The disk under the data folder, and what this process reads from and writes to any (Linux alone tells). */
export function diskFamilies(folder: string | undefined): LateFamily[] {
  const ofDisk = (pick: (disk: Disk) => number) => async (): Promise<Sample[]> => {
    const disk = folder === undefined ? null : await diskOf(folder)
    return disk ? [{ value: pick(disk) }] : []
  }
  const ofProcess = (field: string) => async (): Promise<Sample[]> => {
    const value = await bytesOf(field)
    return value === null ? [] : [{ value }]
  }
  return [
    {
      name: 'hotpath_disk_free_bytes',
      help: 'Free bytes of the disk under the data folder, for this user.',
      type: 'gauge',
      aggregator: 'first',
      samples: ofDisk(({ free }) => free),
    },
    {
      name: 'hotpath_disk_size_bytes',
      help: 'Bytes of the disk under the data folder.',
      type: 'gauge',
      aggregator: 'first',
      samples: ofDisk(({ size }) => size),
    },
    {
      name: 'hotpath_process_disk_read_bytes_total',
      help: 'Bytes that this process had fetched from disks.',
      type: 'counter',
      samples: ofProcess('read_bytes'),
    },
    {
      name: 'hotpath_process_disk_written_bytes_total',
      help: 'Bytes that this process had sent to disks.',
      type: 'counter',
      samples: ofProcess('write_bytes'),
    },
  ]
}

interface Disk {
  free: number
  size: number
}

async function diskOf(folder: string): Promise<Disk | null> {
  try {
    const { bsize, bavail, blocks } = await statfs(folder)
    return { free: bavail * bsize, size: blocks * bsize }
  } catch {
    return null
  }
}

/** proc(5), /proc/pid/io; null where there is no such file, or it may not be read. */
async function bytesOf(field: string): Promise<number | null> {
  try {
    const found = new RegExp(`^${field}: (\\d+)$`, 'm').exec(await readFile('/proc/self/io', 'utf8'))
    return found ? Number(found[1]) : null
  } catch {
    return null
  }
}
