import type { Abilities, Enter } from '../contestant.ts'

interface Participant {
  abilities: Abilities
  /** The packages whose versions are told. */
  packages: readonly string[]
  /** Loaded in the process that plays, and nowhere else. */
  load(): Promise<Enter>
}

const all: Abilities = {
  expire: true,
  tags: true,
  refresh: true,
  hardTimeout: true,
  memory: true,
  push: true,
}

export const participants = {
  hotpath: { abilities: all, packages: [], load: async () => (await import('./hotpath.ts')).hotpath },
  bentocache: {
    abilities: all,
    packages: ['bentocache', 'ioredis'],
    load: async () => (await import('./bentocache.ts')).bentocache,
  },
  cacheable: {
    abilities: { ...all, expire: false, refresh: false, hardTimeout: false },
    packages: ['cacheable', '@keyv/redis'],
    load: async () => (await import('./cacheable.ts')).cacheable,
  },
  'cache-manager': {
    abilities: { ...all, expire: false, tags: false, hardTimeout: false, push: false },
    packages: ['cache-manager'],
    load: async () => (await import('./cache-manager.ts')).cacheManager,
  },
  cachified: {
    abilities: { ...all, tags: false, hardTimeout: false, memory: false, push: false },
    packages: ['@epic-web/cachified', 'redis'],
    load: async () => (await import('./cachified.ts')).cachified,
  },
} satisfies Record<string, Participant>

export type ParticipantName = keyof typeof participants
export const participantNames = Object.keys(participants) as ParticipantName[]
