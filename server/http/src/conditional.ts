import { entityTags, plainEntityTag } from './compress/entity-tag.ts'

/** The validators of a response. */
export interface Validators {
  readonly etag: string | undefined
  readonly lastModified: string | undefined
}

/** The conditions of a request that ask for a 304. */
export interface Conditions {
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
}

/**
 * Whether the client already has this response, so that 304 is the answer (RFC 9110 §13.2.2). If-None-Match is
 * compared weakly; If-Modified-Since counts only where there is no If-None-Match.
 */
export function notModified(conditions: Conditions, validators: Validators): boolean {
  const { ifNoneMatch, ifModifiedSince } = conditions
  if (ifNoneMatch !== undefined) return matchesEntityTag(ifNoneMatch, validators.etag)
  if (ifModifiedSince === undefined || validators.lastModified === undefined) return false
  const since = httpDate(ifModifiedSince)
  const modified = httpDate(validators.lastModified)
  return since !== undefined && modified !== undefined && modified <= since
}

/** Milliseconds since 1970 of an HTTP date; undefined when it is none, such as `0`. */
export function httpDate(field: string): number | undefined {
  if (!/^[A-Z][a-z]{2}/.test(field)) return undefined
  const time = Date.parse(field)
  return Number.isNaN(time) ? undefined : time
}

function matchesEntityTag(list: string, etag: string | undefined): boolean {
  if (list.trim() === '*') return true
  if (etag === undefined) return false
  if (list === etag) return true
  const opaque = opaqueTag(etag)
  for (const candidate of entityTags(list)) {
    const tag = opaqueTag(candidate)
    // That of a coded form will do: it was made from this very body.
    if (tag === opaque || plainEntityTag(tag) === opaque) return true
  }
  return false
}

/** An entity tag without its mark of weakness: two that agree in it match weakly (RFC 9110 §8.8.3.2). */
export const opaqueTag = (etag: string): string => (etag.startsWith('W/') ? etag.slice(2) : etag)
