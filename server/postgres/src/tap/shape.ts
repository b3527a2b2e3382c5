/**
 * The text of a statement without its values, in one pass and without a parser: literals and parameters become `?`,
 * lists of them one `?`, comments and superfluous white space go. It tells statements apart cheaply; what is the same
 * statement is decided by the parser's fingerprint, later and off the caller's way.
 */
export function shapeOf(sql: string): string {
  const bare = sql.replace(tokens, replaceToken).replace(white, ' ').trim()
  return bare.replace(valueList, '?').replace(rowList, '(?)')
}

/**
 * In order: line comment, block comment (PostgreSQL nests them; an inner one is left over, which only makes two shapes
 * of one), dollar-quoted text, quoted text with its prefix, quoted name, number or parameter that is no part of a name.
 */
const tokens =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|\b[eE]'(?:[^'\\]|\\.|'')*'|(?:\b[bBxXnN])?'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\d+|(?<![\w$"])(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/g

function replaceToken(token: string): string {
  if (token.startsWith('"')) return token
  return token.startsWith('--') || token.startsWith('/*') ? ' ' : '?'
}

const white = /\s+/g
const valueList = /\?(?: ?, ?\?)+/g
const rowList = /\( ?\? ?\)(?: ?, ?\( ?\? ?\))+/g
