import { type Fields, readWhole } from '../fields.ts'
import type { Page } from './shapes.ts'

/** Which part of a list is asked for. */
export interface PageRequest {
  /** From 1. */
  page: number
  limit: number
}

/** Pages further down than this nobody reads, and each costs the database all those above it. */
const lastPage = 10_000
const largestLimit = 50

/** `?page=2&limit=20`. @throws Problem 400 */
export function readPage(query: Fields): PageRequest {
  return {
    page: readWhole(query, 'page', { least: 1, most: lastPage, fallback: 1 }),
    limit: readWhole(query, 'limit', { least: 1, most: largestLimit, fallback: 20 }),
  }
}

/** The page with its place in the whole. */
export function paged<T>(data: T[], { page, limit }: PageRequest, total: number): Page<T> {
  const totalPages = Math.ceil(total / limit)
  return {
    data,
    pagination: { page, limit, total, totalPages, hasNext: page < totalPages, hasPrev: page > 1 },
  }
}
