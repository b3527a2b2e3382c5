import type { Coding } from './codings.ts'

const codedTag = /^("[^"]*)-(?:br|zstd|gzip)"$/

/**
 * The entity tag of a coded form. A strong tag names one sequence of bytes (RFC 9110 §8.8.1), so that each coding
 * has its own: `"abc"` becomes `"abc-br"`. A weak one names what all forms say and stays.
 */
export function codedEntityTag(etag: string, coding: Coding): string {
  return etag.startsWith('"') && etag.endsWith('"') && etag.length > 1
    ? `${etag.slice(0, -1)}-${coding}"`
    : etag
}

/** The tag that a coded form's was made of; undefined for every other tag. */
export function plainEntityTag(etag: string): string | undefined {
  const opaque = codedTag.exec(etag)?.[1]
  return opaque === undefined ? undefined : `${opaque}"`
}

/** The coding in the tag of a coded form. */
export function formNamed(codedTag: string): Coding {
  return codedTag.slice(codedTag.lastIndexOf('-') + 1, -1) as Coding
}

/** The entity tags of If-Match or If-None-Match. A tag may hold commas, so that the list is never split. */
export function entityTags(list: string): string[] {
  return Array.from(list.matchAll(/(?:W\/)?"[^"]*"/g), ([tag]) => tag)
}

/**
 * A list of tags as the handler is to see it: beside each tag of a coded form, which the handler never heard of, the
 * one it made itself.
 */
export function withPlainTags(list: string): string {
  const added = entityTags(list).flatMap((tag) => plainEntityTag(tag) ?? [])
  return added.length === 0 ? list : `${list}, ${added.join(', ')}`
}

/** The tag in a client's list that names any form of the response with this tag; undefined when there is none. */
export function knownForm(list: string, etag: string): string | undefined {
  return entityTags(list).find((tag) => tag === etag || plainEntityTag(tag) === etag)
}
