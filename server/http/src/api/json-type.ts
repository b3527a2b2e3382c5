/** Whether a Content-Type says that the body is JSON: `application/json`, or what ends in `+json` (RFC 6839 §3.1). */
export const isJsonType = (type: unknown): boolean =>
  /^application\/(?:[\w.+-]+\+)?json\b/i.test(String(type))
