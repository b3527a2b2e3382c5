const reasonPhrase = /^[\t -~\u0080-\u00ff]*$/

/** Whether Node agrees to write a text as the reason phrase of a response (RFC 9112 §4); of any other it throws. */
export const isReasonPhrase = (text: string): boolean => reasonPhrase.test(text)
