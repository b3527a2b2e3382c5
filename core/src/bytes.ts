import { coreErrors } from './errors.ts'

/** A byte size: a bare number is bytes, a string carries its unit (kB is 1,000 bytes, KiB is 1,024: IEC 80000-13). */
export type Bytes = number | `${number}${'B' | 'kB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB'}`

const unitBytes = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const
const pattern = /^(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)$/

/**
 * `size` in whole bytes. `KB` is read as `kB`.
 * @throws HP_BYTES_INVALID for anything negative, infinite or unreadable
 */
export function parseBytes(size: Bytes | (string & {})): number {
  if (typeof size === 'number') {
    if (Number.isFinite(size) && size >= 0) return Math.round(size)
    throw coreErrors.HP_BYTES_INVALID({ given: String(size) })
  }
  const match = pattern.exec(size.trim())
  if (!match) throw coreErrors.HP_BYTES_INVALID({ given: JSON.stringify(size) })
  const unit = match[2] === 'KB' ? 'kB' : (match[2] as keyof typeof unitBytes)
  return Math.round(Number(match[1]) * unitBytes[unit])
}

/** Bytes as a person would say them, in at most three significant figures: 512B, 2.4kB, 1.5GB. */
export function formatBytes(bytes: number): string {
  const unit = bytes >= 1e9 ? 'GB' : bytes >= 1e6 ? 'MB' : bytes >= 1e3 ? 'kB' : 'B'
  const value = bytes / unitBytes[unit]
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))}${unit}`
}
