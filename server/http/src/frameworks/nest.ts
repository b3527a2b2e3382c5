import type { Method, ParamsOf, Route, RouteOptions } from '@hotpath/core'
import {
  applyDecorators,
  Delete as NestDelete,
  Get as NestGet,
  type INestApplicationContext,
  Patch as NestPatch,
  Post as NestPost,
  Put as NestPut,
  SetMetadata,
} from '@nestjs/common'
import { PATH_METADATA } from '@nestjs/common/constants.js'
import { ModulesContainer } from '@nestjs/core'
import 'reflect-metadata'
import { collectRoutes, type RoutePath } from './declared-routes.ts'

/** What one of our decorators leaves on a handler. */
interface Declaration {
  readonly method: Method
  readonly path: string
  readonly options: RouteOptions<any>
}

const kDeclaration = 'hotpath:route'

/**
 * Nest's decorator of the same name, with route options. `tags` gets the parameters of the controller's own path, too.
 */
type Declare = <const P extends RoutePath>(
  path: P,
  options: Omit<RouteOptions<P>, 'tags'> & {
    tags?: (params: ParamsOf<P> & Record<string, string>) => readonly string[]
  },
) => MethodDecorator

const declaring =
  (method: Method, native: (path: string) => MethodDecorator): Declare =>
  (path, options) => {
    const declaration: Declaration = { method, path, options }
    return applyDecorators(native(path), SetMetadata(kDeclaration, declaration))
  }

export const Get: Declare = declaring('GET', NestGet)
export const Post: Declare = declaring('POST', NestPost)
export const Put: Declare = declaring('PUT', NestPut)
export const Patch: Declare = declaring('PATCH', NestPatch)
export const Delete: Declare = declaring('DELETE', NestDelete)

/**
 * The routes that the controllers of an application declare with the decorators of this module. `at` is the global
 * prefix, if there is one: `{ at: '/api' }` for `app.setGlobalPrefix('api')`.
 * @throws HP_HTTP_ROUTE_PATH_UNSUPPORTED for wildcards, and what `route` of @hotpath/core throws
 */
export function nestRoutes(
  app: INestApplicationContext,
  { at = '' }: { at?: RoutePath | '' } = {},
): readonly Route[] {
  const { routes, declare } = collectRoutes(at)
  for (const controller of controllersOf(app)) {
    const given = Reflect.getMetadata(PATH_METADATA, controller) as string | string[] | undefined
    for (const prefix of [given ?? '/'].flat()) {
      for (const { method, path, options } of declarationsOf(controller)) {
        declare(method, joined(prefix, path), options)
      }
    }
  }
  return routes
}

function controllersOf(app: INestApplicationContext): Set<object> {
  const modules = [...app.get(ModulesContainer).values()]
  const controllers = modules.flatMap((module) => [...module.controllers.values()])
  return new Set(controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype] : [])))
}

/** Of a controller and those it extends; a method that overrides another is the one that counts. */
function declarationsOf(controller: object): Declaration[] {
  const found = new Map<string, Declaration | undefined>()
  let prototype = (controller as { prototype: object | null }).prototype
  while (prototype && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value !== 'function' || found.has(name)) continue
      found.set(name, Reflect.getOwnMetadata(kDeclaration, value) as Declaration | undefined)
    }
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
  return [...found.values()].filter((declaration) => declaration !== undefined)
}

/** As Nest does: slashes at both ends are optional. */
function joined(prefix: string, path: string): string {
  const parts = [prefix, path].map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '')
  return `/${parts.join('/')}`
}
