/** Why an origin gave no answer, with what the client is told of it. */
export interface OriginFailure {
  readonly status: 400 | 500 | 502 | 504
  /** The token of Proxy-Status (RFC 9209 §2.3). */
  readonly error: string
  /** Nothing in it tells where the origin is. */
  readonly detail: string
}

const byCode: Readonly<Record<string, OriginFailure>> = {
  UND_ERR_CONNECT_TIMEOUT: {
    status: 504,
    error: 'connection_timeout',
    detail: 'No connection to the origin came about in time.',
  },
  UND_ERR_HEADERS_TIMEOUT: {
    status: 504,
    error: 'http_response_timeout',
    detail: 'The origin did not begin its answer in time.',
  },
  UND_ERR_BODY_TIMEOUT: {
    status: 504,
    error: 'http_response_incomplete',
    detail: 'The origin fell silent in the middle of its answer.',
  },
  UND_ERR_HEADERS_OVERFLOW: {
    status: 502,
    error: 'http_response_header_section_size',
    detail: 'The head of the answer of the origin is too large.',
  },
  ECONNREFUSED: {
    status: 502,
    error: 'connection_refused',
    detail: 'The origin refuses connections.',
  },
  ENOTFOUND: { status: 502, error: 'dns_error', detail: 'The name of the origin is not known.' },
  EAI_AGAIN: { status: 502, error: 'dns_timeout', detail: 'The name of the origin could not be looked up.' },
  ETIMEDOUT: {
    status: 504,
    error: 'connection_timeout',
    detail: 'The connection to the origin died.',
  },
}

const terminated: OriginFailure = {
  status: 502,
  error: 'connection_terminated',
  detail: 'The origin ended the connection before it had answered.',
}

const resets: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

const unsendable: OriginFailure = {
  status: 400,
  error: 'http_request_denied',
  detail: 'This request cannot be passed on: its target or one of its headers is malformed.',
}

const unreadable: OriginFailure = {
  status: 502,
  error: 'http_protocol_error',
  detail: 'The answer of the origin cannot be read.',
}

/** No error of a connection is without a code: this is one of ours. */
const internal: OriginFailure = {
  status: 500,
  error: 'proxy_internal_error',
  detail: 'The proxy could not pass this answer on.',
}

const tls: OriginFailure = {
  status: 502,
  error: 'tls_certificate_error',
  detail: 'No trusted connection to the origin came about.',
}

/** The code of an error, or of one of the attempts that it stands for. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] }
  const known = code ?? errors?.[0]?.code
  return typeof known === 'string' ? known : ''
}

/** What an error of the connection to the origin amounts to. */
export function failureOf(error: unknown): OriginFailure {
  const code = codeOf(error)
  if (code.startsWith('HPE_') || (error as Error).name === 'HTTPParserError') return unreadable
  if (code === '') return internal
  const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined
  if (known) return known
  if (resets.has(code)) return terminated
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return unsendable
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(code)) return tls
  if (code.startsWith('UND_ERR_RES') || code === 'ERR_INVALID_CHAR') return unreadable
  return { ...terminated, error: 'destination_unavailable', detail: 'The origin cannot be reached.' }
}

/** Whether a kept connection may just have been closed by the other end, as any server does with idle ones. */
export function isReset(error: unknown): boolean {
  return resets.has(codeOf(error))
}
