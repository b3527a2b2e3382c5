import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from '../src/password.ts'

test('accepts the password that was hashed and no other', async () => {
  const hash = await hashPassword('correct horse')
  expect(await verifyPassword('correct horse', hash)).toBe(true)
  expect(await verifyPassword('correct horse ', hash)).toBe(false)
  expect(await verifyPassword('', hash)).toBe(false)
})

test('gives the same password another hash each time, in which it cannot be read', async () => {
  const [one, two] = [await hashPassword('secret'), await hashPassword('secret')]
  expect(one).not.toBe(two)
  expect(one).toMatch(/^scrypt\$16384\$8\$1\$/)
  expect(one).not.toContain('secret')
})

test('accepts the same password written with other code points', async () => {
  expect(await verifyPassword('cafe\u0301', await hashPassword('caf\u00e9'))).toBe(true)
})

test.each([null, '', 'scrypt$16384$8$1$AAAA', 'plain$1$1$1$a$b', 'scrypt$16384$8$1$AAAA$AAAA'])(
  'refuses every password for the hash %s',
  async (hash) => {
    expect(await verifyPassword('', hash)).toBe(false)
    expect(await verifyPassword('secret', hash)).toBe(false)
  },
)
