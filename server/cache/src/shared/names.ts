import { createHash } from 'node:crypto'

/** Longer keys and tags are written as their digest. */
const longest = 200

/**
 * A key or tag as it is written in Redis: itself where it is short and plain, else `#` and its SHA-256 (whose
 * collisions cannot be found). Never holds a control character, so that headers can be split at tabs and line ends.
 */
export function safeName(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  const plain = text.length <= longest && !text.startsWith('#') && !/[\u0000-\u001F\uD800-\uDFFF]/.test(text)
  if (plain) return text
  const digest = (of: string) => createHash('sha256').update(of).digest('base64url')
  // Lone surrogates all become the same bytes in UTF-8; escaped they stay apart, from such a text itself too.
  return text.isWellFormed() ? `#${digest(text)}` : `##${digest(JSON.stringify(text))}`
}

/** Where everything of one tag space lives in Redis. All names share a hash tag, so one Redis Cluster slot. */
export interface Names {
  /** The hash of epoch, counter, run_id and each namespace's schema versions. */
  clock: string
  /** The epoch once more, as a text. */
  epoch: string
  /** The sorted set of live processes. */
  nodes: string
  /** Where marks begin: the prefix that is tracked. */
  marks: string
  tagMark(tag: string): string
  /** The same, of a tag that `safeName` has written already. */
  markOf(tagName: string): string
  /** The patterns invalidated in a namespace. */
  scopeMark(namespace: string): string
  /** What is written for a moment when a key is invalidated, so that all processes hear of it. */
  keyMark(namespace: string, key: string): string
  /** The namespace and name that a key mark speaks of; undefined for another mark. */
  readKeyMark(mark: string): { namespace: string; name: string } | undefined
  /** What is written so that all processes answer. */
  ackMark(token: string): string
  acks(token: string): string
  /** What the names of entries, leases and key marks begin with, before namespace, version and name. */
  entries: string
  leases: string
  keyMarks: string
  entry(place: Place): string
  lease(place: Place): string
}

/** A key of one namespace, in one schema version. */
export interface Place {
  /** As written by `encodeURIComponent`. */
  namespace: string
  version: string
  /** The key, as `safeName` writes it. */
  name: string
}

export function createNames(app: string): Names {
  const prefix = `{${encodeURIComponent(app)}}`
  const marks = `${prefix}m`
  const keyMarks = `${marks}k:`
  return {
    clock: `${prefix}c`,
    epoch: `${prefix}e`,
    nodes: `${prefix}n`,
    marks,
    entries: `${prefix}k:`,
    leases: `${prefix}l:`,
    keyMarks,
    tagMark: (tag) => `${marks}t:${safeName(tag)}`,
    markOf: (tagName) => `${marks}t:${tagName}`,
    scopeMark: (namespace) => `${marks}p:${namespace}`,
    keyMark: (namespace, name) => `${keyMarks}${namespace}:${name}`,
    readKeyMark(mark) {
      if (!mark.startsWith(keyMarks)) return undefined
      const colon = mark.indexOf(':', keyMarks.length)
      if (colon === -1) return undefined
      return { namespace: mark.slice(keyMarks.length, colon), name: mark.slice(colon + 1) }
    },
    ackMark: (token) => `${marks}a:${token}`,
    acks: (token) => `${prefix}a:${token}`,
    entry: ({ namespace, version, name }) => `${prefix}k:${namespace}@${version}:${name}`,
    lease: ({ namespace, version, name }) => `${prefix}l:${namespace}@${version}:${name}`,
  }
}
