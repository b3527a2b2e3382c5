/** What an application would have a database for. */
const votes = new Map<string, number>()
let reads = 0

/** A ballot, and how many were read so far. */
export async function loadBallot(id: string) {
  reads += 1
  return { id, votes: votes.get(id) ?? 0, reads }
}

export async function addVote(id: string) {
  votes.set(id, (votes.get(id) ?? 0) + 1)
}
