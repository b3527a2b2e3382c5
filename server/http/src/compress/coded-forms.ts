import type { Buffer } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { wholePart } from '../chunk.ts'
import {
  bodyLength,
  bodyOf,
  headersOf,
  type Representation,
  representation,
  sizeOf,
} from '../representation.ts'
import type { StoredResponse } from '../stored-response.ts'
import { createAcceptanceReader, refusesTransform } from './accept-encoding.ts'
import { codedHeaders } from './coded-head.ts'
import type { Coding } from './codings.ts'
import type { Press } from './press.ts'

/** The coded forms of a stored response, as far as they have been asked for. */
export interface CodedForms {
  br: Representation | null
  zstd: Representation | null
  gzip: Representation | null
  /** Those that are made, or being made. */
  readonly begun: Set<Coding>
}

export const noForms = (): CodedForms => ({ br: null, zstd: null, gzip: null, begun: new Set() })

export interface FormsParts {
  readonly press: Press
  /** Told when a stored response takes more bytes than before. */
  readonly resized: (stored: StoredResponse) => void
}

/** Chooses among the forms of stored responses, and has those made that are asked for: each once. */
export interface Forms {
  /**
   * The form to send: the best that the client takes and that is there. While its best one is in the making that is
   * the next best, mostly the body as it is; null where the client does not take that either.
   */
  choose(stored: StoredResponse, headers: IncomingHttpHeaders): Representation | null
  /** Keeps what was compressed for the first client. */
  adopt(stored: StoredResponse, coding: Coding, made: Promise<Buffer>): void
  /** Keeps the coded forms of another response with the same body, under the headers of this one. */
  inherit(stored: StoredResponse, from: StoredResponse): void
}

/** Above this share of the body as it is, decoding costs the client more than the bytes would. */
const worthwhileShare = 0.95

/** Makes the chooser of one cache. */
export function createForms({ press, resized }: FormsParts): Forms {
  const read = createAcceptanceReader('kept')

  function make(stored: StoredResponse, coding: Coding): void {
    const made = press.squeeze(bodyOf(stored.identity), coding, 'kept')
    if (made) adopt(stored, coding, made)
  }

  function adopt(stored: StoredResponse, coding: Coding, made: Promise<Buffer>): void {
    stored.forms?.begun.add(coding)
    made.then(
      (body) => keep(stored, coding, body),
      () => {}, // It goes on being sent as it is.
    )
  }

  function keep(stored: StoredResponse, coding: Coding, body: Buffer): void {
    const { identity, forms } = stored
    if (!forms) return
    if (body.length > worthwhileShare * bodyLength(identity)) {
      stored.forms = null
      return
    }
    const form = representation(codedHeaders(headersOf(identity), coding), wholePart(body), false)
    forms[coding] = form
    stored.size += sizeOf(form)
    resized(stored)
  }

  return {
    adopt,
    inherit(stored, { forms }) {
      for (const coding of forms?.begun ?? []) {
        const form = forms![coding]
        if (form === null || stored.forms === null) continue
        stored.forms.begun.add(coding)
        keep(stored, coding, bodyOf(form))
      }
    },
    choose(stored, headers) {
      const { forms, identity } = stored
      const field = headers['accept-encoding']
      if (forms === null || field === undefined || refusesTransform(headers)) return identity
      const accepted = read(field)
      for (let index = 0; index < accepted.length; index++) {
        const coding = accepted[index]!
        if (coding === 'identity') return identity
        const form = forms[coding]
        if (form !== null) return form
        if (index === 0 && !forms.begun.has(coding)) make(stored, coding)
      }
      return null
    },
  }
}
