import { useEffect } from 'react'
import { useClient } from '../client.ts'
import { useUser } from '../session/use-user.ts'

/** Fetches the voter's arrows for a contest, now and after signing in. */
export function useOwnVotes(contestId: number): void {
  const { votes } = useClient()
  const user = useUser()
  useEffect(() => {
    if (user) void votes.load(contestId)
  }, [votes, contestId, user])
}
