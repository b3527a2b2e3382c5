/** The address of each page, as a template: what the pages answer to, and by what visitors' reports are counted. */
export const pageAddresses = {
  cities: '/',
  signIn: '/sign-in',
  ballot: '/ballots/:id',
  contest: '/contests/:id',
  question: '/questions/:id',
  candidate: '/candidates/:id',
  city: '/:city',
} as const
