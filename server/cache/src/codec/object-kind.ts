import { types } from 'node:util'

/** What an object is to the codec: what it holds, or that it cannot be written. */
export type ObjectKind = 'plain' | 'array' | 'map' | 'set' | 'leaf' | 'unwritable'

const boxes = ['Number', 'String', 'Boolean', 'BigInt']
const integers = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array']
const others = ['Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'DataView']
const views = [...integers, ...others, 'Buffer']

/** Objects that hold no others and that V8 clones whole, by the names of their classes. */
const leaves = new Map<string, (object: object) => boolean>([
  ['Date', types.isDate],
  ['RegExp', types.isRegExp],
  ['ArrayBuffer', types.isArrayBuffer],
])
for (const name of boxes) leaves.set(name, types.isBoxedPrimitive)
for (const name of views) leaves.set(name, ArrayBuffer.isView)

/**
 * Instances of classes, subclasses of built-ins and errors would lose what makes them one, so they count as
 * unwritable. Built-ins are known by name and by their hidden state, since those of another realm (node:vm, Jest)
 * have other prototypes.
 */
export function kindOf(object: object): ObjectKind {
  const prototype = Object.getPrototypeOf(object) as object | null
  if (Array.isArray(object)) return Array.isArray(prototype) ? 'array' : 'unwritable'
  if (prototype === null || prototype === Object.prototype || isObjectPrototype(prototype)) return 'plain'
  const { name } = prototype.constructor
  if (name === 'Map' && types.isMap(object)) return 'map'
  if (name === 'Set' && types.isSet(object)) return 'set'
  return leaves.get(name)?.(object) === true ? 'leaf' : 'unwritable'
}

function isObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}
