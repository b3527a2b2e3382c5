import { defineErrors } from '@hotpath/app'

/** What CivicQ itself refuses to start with. */
export const civicqErrors = defineErrors({
  CIVICQ_SECRET_SHORT: {
    what: 'CIVICQ_SECRET has {length} characters.',
    why: 'A key of under {shortest} characters can be guessed, and with it anybody could sign in as anybody.',
    fix: 'Make one with: openssl rand -hex 32',
  },
  CIVICQ_SCALE_INVALID: {
    what: 'Cannot seed a data set of scale {scale}.',
    why: 'The scale is a number from 0 (a few rows) to {largest}; 1 is a region of 20 cities.',
    fix: 'Write for example --scale 0.1 or --scale 2.',
  },
})
