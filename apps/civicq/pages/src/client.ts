import { createContext, useContext } from 'react'
import { createResources, type Resources } from './api/resources.ts'
import { createSession, type Session } from './session/session.ts'
import { createVoteBook, type VoteBook } from './votes/vote-book.ts'

/** What every page shares: the answers seen so far, who is signed in, and their votes. */
export interface Client {
  resources: Resources
  session: Session
  votes: VoteBook
}

/** The one client of this tab. */
export function createClient(): Client {
  const session = createSession()
  return { resources: createResources(), session, votes: createVoteBook(session) }
}

export const ClientContext = createContext<Client | null>(null)

/** The client of the pages around the caller. */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (!client) throw new Error('useClient needs a ClientContext around it.')
  return client
}
