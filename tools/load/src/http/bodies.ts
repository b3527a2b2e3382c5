import { randomUUID } from 'node:crypto'

/** A file of a form. */
export interface FormFile {
  content: string | Buffer
  filename: string
  /** @default 'application/octet-stream' */
  type?: string
}

/** Fields of a form that is sent as multipart/form-data. */
export type Multipart = Readonly<Record<string, string | number | FormFile | readonly FormFile[]>>

/** Fields of a form that is sent as application/x-www-form-urlencoded. */
export type Form = Readonly<Record<string, string | number | boolean>>

export interface EncodedBody {
  type: string
  body: string | Buffer
}

export function encodeForm(form: Form): EncodedBody {
  const fields = Object.entries(form).map(([name, value]): [string, string] => [name, String(value)])
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() }
}

/** RFC 7578. */
export function encodeMultipart(fields: Multipart): EncodedBody {
  const boundary = `hotpath-${randomUUID()}`
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    const values = Array.isArray(value)
      ? (value as readonly FormFile[])
      : [value as string | number | FormFile]
    return values.map((one) => encodePart(name, one, boundary))
  })
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
  return { type: `multipart/form-data; boundary=${boundary}`, body }
}

function encodePart(name: string, value: string | number | FormFile, boundary: string): Buffer {
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"`
  if (typeof value !== 'object') return Buffer.from(`${head}\r\n\r\n${value}\r\n`)
  const { content, filename, type = 'application/octet-stream' } = value
  const typeLine = type.replaceAll(/[\r\n]/g, ' ')
  return Buffer.concat([
    Buffer.from(`${head}; filename="${quoted(filename)}"\r\ncontent-type: ${typeLine}\r\n\r\n`),
    typeof content === 'string' ? Buffer.from(content) : content,
    Buffer.from('\r\n'),
  ])
}

/** As browsers write names (WHATWG HTML, multipart/form-data encoding algorithm). */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
