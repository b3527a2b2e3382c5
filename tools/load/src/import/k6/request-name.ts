import type { CallExpression, Expression, SpreadElement } from 'acorn'
import { type Scope, scopeOf } from './evaluation.ts'

/** A piece of a URL: text, a name whose value may be known, or something only a run knows. */
type Piece = { text: string } | { name: string; member: string | null } | { hole: string }

const holeMark = /\{[^}]*\}/g

/** The URL that a call of the http module is given, as far as the script alone tells: `http://host/items/{id}`. */
export function urlTemplate(
  call: CallExpression,
  httpName: string | null,
): ((scope: Scope) => string) | null {
  const { callee } = call
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return null
  if (callee.object.name !== httpName || callee.property.type !== 'Identifier') return null
  const url = call.arguments[callee.property.name === 'request' ? 1 : 0]
  if (url === undefined) return null
  const pieces = piecesOf(url)
  return (scope) => pieces.map((piece) => textOf(piece, scope)).join('')
}

/** `/items/{id}` of a URL whose path is named in the script; null where a run decides all of it. */
export function pathTemplate(url: string): string | null {
  const path = url
    .replace(/^(?:https?:\/\/[^/{?#]+|\{[^}]*\}(?=\/))/, '')
    .replace(/[?#].*$/s, '')
    .slice(0, 200)
  return /[a-z]/i.test(path.replaceAll(holeMark, '')) || path === '/' ? path : null
}

/** The name of a path that only the run knows: numbers, UUIDs and long hexadecimal parts are one. */
export function generalPath(path: string): string {
  return path
    .replace(/[?#].*$/s, '')
    .split('/')
    .map((part) => (/^(?:\d+|[\da-f]{8}-[\da-f-]{27}|[\da-f]{16,})$/i.test(part) ? ':id' : part))
    .join('/')
    .slice(0, 200)
}

function piecesOf(node: Expression | SpreadElement): Piece[] {
  switch (node.type) {
    case 'Literal':
      return [{ text: String(node.value) }]
    case 'TemplateLiteral':
      return node.quasis.flatMap(({ value }, index) => {
        const hole = node.expressions[index]
        return [{ text: value.cooked ?? '' }, ...(hole ? piecesOf(hole) : [])]
      })
    case 'TaggedTemplateExpression':
      return piecesOf(node.quasi)
    case 'BinaryExpression':
      return node.operator === '+' && node.left.type !== 'PrivateIdentifier'
        ? [...piecesOf(node.left), ...piecesOf(node.right)]
        : [{ hole: 'value' }]
    case 'Identifier':
      return [{ name: node.name, member: null }]
    case 'MemberExpression': {
      const { object, property, computed } = node
      const member = !computed && property.type === 'Identifier' ? property.name : null
      if (object.type === 'Identifier' && member !== null) return [{ name: object.name, member }]
      return [{ hole: member ?? 'value' }]
    }
    default:
      return [{ hole: 'value' }]
  }
}

/** Names of the module are texts that stay the same; those of functions change, and are holes. */
function textOf(piece: Piece, scope: Scope): string {
  if ('text' in piece) return piece.text
  if ('hole' in piece) return `{${piece.hole}}`
  const { name, member } = piece
  const declared = scopeOf(scope, name)
  const isLocal = declared !== null && declared.parent !== null && declared.parent.parent !== null
  let value: unknown = isLocal ? undefined : declared?.names.get(name)
  if (member !== null) {
    const holder = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
    value = Object.hasOwn(holder, member) ? holder[member] : undefined
  }
  return typeof value === 'string' ? value : `{${member ?? name}}`
}
