import { expect, test } from 'vitest'
import { codedEntityTag, knownForm, plainEntityTag, withPlainTags } from '../../src/compress/entity-tag.ts'

test('gives each coding a strong tag of its own, and leaves weak ones', () => {
  expect(codedEntityTag('"abc"', 'br')).toBe('"abc-br"')
  expect(codedEntityTag('W/"abc"', 'br')).toBe('W/"abc"')
  expect(codedEntityTag('odd', 'br')).toBe('odd')
  expect(plainEntityTag('"abc-zstd"')).toBe('"abc"')
  expect(plainEntityTag('"abc-deflate"')).toBeUndefined()
})

test('names to the handler the tags that it made, beside those it never heard of', () => {
  expect(withPlainTags('"a-br", W/"b", "c,d-gzip"')).toBe('"a-br", W/"b", "c,d-gzip", "a", "c,d"')
  expect(withPlainTags('"a"')).toBe('"a"')
  expect(withPlainTags('*')).toBe('*')
})

test('finds the form that the client has', () => {
  expect(knownForm('"x", "a-gzip"', '"a"')).toBe('"a-gzip"')
  expect(knownForm('"a-br-br"', '"a"')).toBeUndefined()
})
