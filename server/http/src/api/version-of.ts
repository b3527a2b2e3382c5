import { headersOf } from '../arriving-request.ts'
import type { RequestHead } from '../request-head.ts'

export interface VersionPlaces {
  /** The path below which versions stand: `/api` for `/api/v2/…`. False: not in the path. @default '/' */
  path?: string | false
  /** A request header. @default 'api-version' */
  header?: string | false
  /** A parameter of Accept: `version` for `application/json; version=2`. @default false */
  accept?: string | false
}

export const versionPlaces = {
  path: '/',
  header: 'api-version',
  accept: false,
} as const satisfies VersionPlaces

/** The version that a request names; `isPath` where its path does. Undefined where it names none. */
export interface NamedVersion {
  readonly name: string
  readonly isPath: boolean
}

/** Finds the version of requests: by path, else by header, else by the first parameter of Accept. */
export function versionReader(places: VersionPlaces): (request: RequestHead) => NamedVersion | undefined {
  const { path, header, accept } = { ...versionPlaces, ...places }
  const prefix = path === false ? null : `${path.replace(/\/$/, '')}/v`
  const parameter = accept === false ? null : new RegExp(`;\\s*${accept}\\s*=\\s*"?([\\w.-]{1,32})"?`, 'i')
  return (request) => {
    const { url = '' } = request
    if (prefix !== null && url.startsWith(prefix)) {
      const name = /^(\d[\w.-]{0,31})(?=[/?]|$)/.exec(url.slice(prefix.length, prefix.length + 33))?.[1]
      if (name !== undefined) return { name, isPath: true }
    }
    const headers = headersOf(request)
    const named = header === false ? undefined : headers[header]
    if (typeof named === 'string' && named !== '') return { name: named.slice(0, 32), isPath: false }
    const name = parameter?.exec(headers.accept ?? '')?.[1]
    return name === undefined ? undefined : { name, isPath: false }
  }
}
