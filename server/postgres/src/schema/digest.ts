import { createHash } from 'node:crypto'

/** A short text that differs where the rows do. */
export const digestOf = (rows: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(rows)).digest('base64')
