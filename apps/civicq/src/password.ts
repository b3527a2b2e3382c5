import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto'

/**
 * Hashes a password with a salt of its own, by scrypt (RFC 7914). The cost stands in the hash, so that it can be
 * raised without invalidating older ones.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, { salt, ...cost })
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/**
 * Whether `password` is the one that `hash` was made from. Without a hash (no such account, or one that cannot sign
 * in) the same work is done and the answer is no, so that the time taken does not tell which accounts exist.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const parts = readHash(hash ?? '') ?? { salt: randomBytes(16), ...cost, key: null }
  const derived = await derive(password, parts)
  return parts.key !== null && timingSafeEqual(derived, parts.key)
}

/** 16 MiB and about 40 ms of one core. */
const cost = { N: 2 ** 14, r: 8, p: 1 }
const keyBytes = 32

interface HashParts {
  N: number
  r: number
  p: number
  salt: Buffer
  key: Buffer
}

function readHash(hash: string): HashParts | null {
  const [name, N, r, p, salt, key] = hash.split('$')
  if (name !== 'scrypt' || salt === undefined || key === undefined) return null
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== keyBytes) return null
  return { N: Number(N), r: Number(r), p: Number(p), salt: Buffer.from(salt, 'base64url'), key: bytes }
}

function derive(password: string, { salt, N, r, p }: ScryptOptions & { salt: Buffer }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, { N, r, p } as ScryptOptions, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
