/** The password of every account that may sign in to the seeded data. */
export const demoPassword = 'civicq-demo'

/** How many voters may sign in: `voter-1@civicq.example` and on. */
export const demoVoters = 20

/** How many candidates may sign in: `candidate-1@civicq.example` and on, each of a contest of its own. */
export const demoCandidates = 5

export const administratorEmail = 'admin@civicq.example'
export const voterEmail = (number: number): string => `voter-${number}@civicq.example`
export const candidateEmail = (number: number): string => `candidate-${number}@civicq.example`
