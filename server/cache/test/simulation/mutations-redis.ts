import type { Mutation } from './mutation.ts'

const scripts = 'test/simulation/simulated-scripts.ts'
const redis = 'test/simulation/simulated-redis.ts'
const network = 'test/simulation/link.ts'
const port = 'test/simulation/simulated-port.ts'

/** Redis breaks a rule of its scripts. */
export const mutationsOfScripts: readonly Mutation[] = [
  {
    name: 'a fill is stored though its lease is gone',
    caughtBy: ['I1'],
    edits: [
      {
        file: scripts,
        find: '  if (db.get(keys[2]!) !== words[1]) return script.answer(0, [])\n  db.del(keys[2]!)\n  if',
        replace: '  if',
      },
    ],
  },
  {
    name: 'a missing mark counts as never changed',
    caughtBy: ['I1'],
    edits: [{ file: scripts, find: '`${before} ${before}`', replace: "'0 0'" }],
  },
  {
    name: 'a mark of a lost counter is believed',
    caughtBy: ['I5'],
    edits: [{ file: scripts, find: ' && !isAbove) return', replace: ') return' }],
  },
  {
    name: 'an invalidated key is told to nobody',
    caughtBy: ['I1', 'I4'],
    edits: [
      {
        file: scripts,
        find: '    db.set(`${keys[3]}${namespace}:${name}`, String(stamp), keyMarkMs!)\n  }',
        replace: '  }',
      },
    ],
  },
  {
    name: 'a key that was set is told to nobody',
    caughtBy: ['I1'],
    edits: [
      {
        file: scripts,
        find: '  db.set(`${keys[3]}${namespace}:${name}`, String(stamp), keyMarkMs!)\n  const',
        replace: '  const',
      },
    ],
  },
  {
    name: 'an invalidated key keeps its lease',
    caughtBy: ['I1'],
    edits: [
      {
        file: scripts,
        find: 'removed += db.del(entries + place)\n        db.del(leases + place)',
        replace: 'removed += db.del(entries + place)',
      },
    ],
  },
  {
    name: 'an invalidated key keeps its entry',
    caughtBy: ['I1'],
    edits: [{ file: scripts, find: 'removed += db.del(entries + place)', replace: 'removed += 0' }],
  },
  {
    name: 'the mark of a tag is not written',
    caughtBy: ['I1'],
    edits: [{ file: scripts, find: '    db.set(key, value, markMs!)\n  }', replace: '  }' }],
  },
  {
    name: 'the epoch is not bound to the run of Redis',
    caughtBy: ['I1'],
    edits: [
      { file: scripts, find: "if (when !== 'again' && runId", replace: "if (when === 'never' && runId" },
    ],
  },
  {
    name: 'a list of processes that was lost counts as whole',
    caughtBy: ['I1'],
    edits: [
      { file: scripts, find: "now - Number(aliveMs)) : ['?']", replace: 'now - Number(aliveMs)) : []' },
      { file: scripts, find: "if (!isFirst && !db.has(nodes)) db.zadd(nodes, now, '?')", replace: '' },
    ],
  },
  {
    name: 'a lease is granted to everybody who asks',
    caughtBy: ['I5'],
    edits: [
      {
        file: scripts,
        find: 'const free = asOf === undefined ||',
        replace: 'const free = words.length > 0 ||',
      },
    ],
  },
  {
    name: 'a heartbeat prolongs no lease',
    caughtBy: ['I5'],
    edits: [{ file: scripts, find: 'db.pexpire(keys[index]!, words[2]!)', replace: 'continue' }],
  },
]

/** The network or the connection breaks a rule of its contract. */
export const mutationsOfPort: readonly Mutation[] = [
  {
    name: 'notices come later than the replies behind them',
    caughtBy: ['I1', 'I2'],
    edits: [
      {
        file: network,
        find: 'for (const message of read) if (!isOver) take(message)',
        replace:
          "for (const message of read) if (message.kind === 'notice') time.setTimeout(() => take(message), 30); else if (!isOver) take(message)",
      },
    ],
  },
  {
    name: 'some notices are lost and nobody is told',
    caughtBy: ['I1', 'I2'],
    edits: [
      {
        file: network,
        find: 'if (!isOver) take(message)',
        replace: "if (!isOver && (message.kind !== 'notice' || time.now() % 2 < 1)) take(message)",
      },
    ],
  },
  {
    name: 'Redis tells nobody what is written below the tracked prefix',
    caughtBy: ['I1', 'I4'],
    edits: [{ file: redis, find: 'if (told.length > 0) write', replace: 'if (told.length < 0) write' }],
  },
  {
    name: 'a command without an answer waits for ever',
    caughtBy: ['bound', 'leak'],
    edits: [
      {
        file: port,
        find: 'if (timeoutTimer !== undefined) return',
        replace: 'if (timeoutTimer === undefined) return',
      },
    ],
  },
]
