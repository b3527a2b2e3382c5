/** How an application writes its values for Redis itself, such as with msgpackr or superjson. Both are synchronous. */
export interface Serializer {
  /** Never given undefined, which is written without it. */
  serialize(value: unknown): string | Uint8Array
  /**
   * The value of what `serialize` wrote; a text comes as its UTF-8 bytes. Throwing counts as a miss. The bytes may be
   * part of a larger buffer: copy what the value keeps of them.
   */
  deserialize(bytes: Buffer): unknown
}
