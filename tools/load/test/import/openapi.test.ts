import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { importFile } from '../../src/import/import-file.ts'
import { importOpenApi } from '../../src/import/openapi/openapi.ts'
import { runOnce } from './run-imported.ts'

const file = new URL('openapi.yaml', import.meta.url).pathname

test('each operation is a scenario of one request, with the examples and defaults of the document', async () => {
  const imported = importFile(file)
  expect(imported).toMatchObject({ format: 'openapi', origin: 'https://eu.example.org' })
  expect(imported.scenarios.map(({ name, weight }) => [name, weight])).toEqual([
    ['listItems', 1],
    ['addItem', 1],
    ['GET /items/{id}', 1],
    ['DELETE /items/{id}/photo.{kind}', 1],
    ['login', 1],
  ])
  const asked = []
  for (const scenario of imported.scenarios) {
    const run = await runOnce({ ...imported, scenarios: [scenario] }, { iterations: 1, answer: () => ({}) })
    asked.push(...run.asked)
  }
  expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['GET', '/v1/items?page=2&tag=new', ''],
    ['POST', '/v1/items?page=2', '{"name":"textxx","price":1}'],
    ['GET', '/v1/items/17', ''],
    ['DELETE', '/v1/items/a%2Fb/photo.png', ''],
    ['POST', '/v1/login', 'name=ada&age=1'],
  ])
  expect(asked[0]!.headers['x-trace']).toMatch(/^[\d-]{36}$/)
  expect(asked[1]!.headers['content-type']).toBe('application/json')
  expect(asked[4]!.headers['content-type']).toBe('application/x-www-form-urlencoded')
})

test('what is skipped or left open is listed with its line, and what security asks for as flags', () => {
  const { notes } = importFile(file)
  const said = notes.map(({ line, kind, text }) => `${line} ${kind} ${text}`)
  const lineOf = (text: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  expect(said).toEqual([
    `${lineOf('operationId: listItems') - 1} translated GET /items: sent without sort, which nothing is known of`,
    `${lineOf('trace: {}')} skipped TRACE /items: not a method of load`,
    `${lineOf('put:')} skipped PUT /items/{id}/photo.{kind}: its body is of image/png, and JSON, forms and text can be made`,
    `${lineOf('deprecated')} skipped GET /old: it is deprecated`,
    `${lineOf('/odd') + 1} skipped GET /odd: nothing is known of its parameter what: give it an example`,
    `${lineOf('webhooks')} skipped webhooks: they are sent by the application`,
    `${lineOf('token: { type')} translated security token: give --header 'authorization: Bearer …'`,
    `${lineOf('key: { type')} translated security key: give --header 'x-api-key: …'`,
  ])
})

test.each([
  ['swagger: "2.0"\npaths: {}', 'version 2.0'],
  ['openapi: 3.0.3\npaths: {}', 'no operation'],
  [
    'openapi: 3.0.3\npaths: {"/a": {get: {parameters: [{in: path, name: __proto__}]}}, "/b/{x}": {get: {}}}',
    'no operation',
  ],
  ['openapi: [', 'line 1'],
])('a document that gives no load is refused: %#', (text, problem) => {
  expect(() => importOpenApi(text, 'api.yaml')).toThrow(problem)
})

test('a reference leads nowhere outside its document, and round in circles to nothing', () => {
  const text = `openapi: 3.0.0
paths:
  /a:
    post:
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } }
  /b:
    post:
      requestBody: { $ref: 'file:///etc/passwd' }
  /c:
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/__proto__/constructor' } } } }
components:
  schemas:
    Tree: { type: object, required: [left, name], properties: { name: { type: string }, left: { $ref: '#/components/schemas/Tree' } } }`
  const { scenarios, outline, notes } = importOpenApi(text, 'api.yaml')
  expect(scenarios).toHaveLength(1)
  expect(JSON.stringify(outline![0]!.requests[0]!.body).match(/left/g)!.length).toBeLessThan(12)
  expect(notes).toHaveLength(2)
})
