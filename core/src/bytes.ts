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
  const match = pattern.exec(String(size).trim())
  const unit = match?.[2] === 'KB' ? 'kB' : (match?.[2] as keyof typeof unitBytes)
  const bytes = match ? Math.round(Number(match[1]) * unitBytes[unit]) : Infinity
  if (Number.isFinite(bytes)) return bytes
  throw coreErrors.HP_BYTES_INVALID({ given: JSON.stringify(size) ?? String(size) })
}

/** Bytes as a person would say them, in at most three significant figures: 512B, 2.4kB, 1.5GB. */
export function formatBytes(bytes: number): string {
  // Rounded first: 999,700 bytes are 1 MB, not 1000 kB.
  const unit = (['GB', 'MB', 'kB'] as const).find((unit) => threeFigures(bytes / unitBytes[unit]) >= 1) ?? 'B'
  return `${threeFigures(bytes / unitBytes[unit])}${unit}`
}

function threeFigures(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
