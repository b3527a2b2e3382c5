import type { EntryOptions } from './options.ts'

/** How the calls of one function are cached. `This` is the instance, for a method. */
export interface CallOptions<This, Args extends unknown[]> extends Omit<EntryOptions, 'tags'> {
  /**
   * What the default key begins with, so also its key group. Needed where functions and classes lose their names, as
   * when code is minified. @default the function's name; of a method, those of its class and itself
   */
  name?: string
  /** The key of a call. @default the name, and the arguments as JSON; these must be primitive */
  key?: (this: This, ...args: Args) => string
  /** What the value of a call depends on. @default [] */
  tags?: readonly string[] | ((this: This, ...args: Args) => readonly string[])
}

/** The entry options of one call. */
export function entryOptionsOf<This, Args extends unknown[]>(
  options: CallOptions<This, Args>,
): (self: This, args: Args) => EntryOptions {
  const { name: _name, key: _key, tags, ...entry } = options
  if (typeof tags !== 'function') {
    const always = tags === undefined ? entry : { ...entry, tags }
    return () => always
  }
  return (self, args) => ({ ...entry, tags: tags.apply(self, args) })
}
