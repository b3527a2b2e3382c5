/**
 * An object that inherits nothing, so that any name may be looked up in it. Made by a constructor: V8 makes a hash table of
 * one that is made with null as its prototype, which is slow to fill, to read and to walk.
 */
export function createRecord<V>(): Record<string, V> {
  return new (Bare as unknown as new () => Record<string, V>)()
}

function Bare(): void {}
Bare.prototype = Object.create(null)
