import type { Mutation } from './mutation.ts'

const file = (name: string) => `src/${name}.ts`

/** This process breaks a rule about what it knows. */
export const mutationsOfKnowledge: readonly Mutation[] = [
  {
    name: 'a gap in the connection forgets nothing',
    caughtBy: ['I1', 'I2'],
    edits: [
      {
        file: file('shared/link'),
        find: '          redisClock.restart()\n          forget()',
        replace: '          redisClock.restart()',
      },
      {
        file: file('shared/link'),
        find: '          whyDown = reason\n          forget()',
        replace: '          whyDown = reason',
      },
    ],
  },
  {
    name: 'a mark is believed though it was changed since it was asked for',
    caughtBy: ['I1', 'I2'],
    edits: [{ file: file('shared/batches'), find: ' && mark.dropped <= sent.turn', replace: '' }],
  },
  {
    name: 'what is known is relied on for ever',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/link'),
        find: 'trust.until = lastBeat + trustMs',
        replace: 'trust.until = Infinity',
      },
    ],
  },
  {
    name: 'an entry of another epoch is served',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/finding'),
        find: 'if (record.epoch !== link.epoch()) return',
        replace: "if (record.epoch === '') return",
      },
    ],
  },
  {
    name: 'marks of another epoch prove an entry',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/finding'),
        find: "in this one.\n    if (fence.generation !== trust.generation) return { state: 'overtaken', id: record.id }",
        replace: 'in this one.',
      },
    ],
  },
  {
    name: 'a Redis that answers nothing is waited for each time',
    caughtBy: ['bound'],
    edits: [{ file: file('shared/link'), find: ' && !hasStalled', replace: '' }],
  },
  {
    name: 'what Redis did not acknowledge is not waited for',
    caughtBy: ['I1'],
    edits: [{ file: file('shared/link'), find: ' && !listener.owes()', replace: '' }],
  },
  {
    name: 'what Redis did not acknowledge is never sent again',
    caughtBy: ['I4'],
    edits: [
      {
        file: file('shared/open-tag-space'),
        find: '      await send(changes.hard, null)\n      await send(changes.soft, null)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a change of a tag that nothing carries yet passes unnoticed',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/open-tag-space'),
        find: '    trust.turn += 1\n    if (mark === undefined) return\n',
        replace: '    if (mark === undefined) return\n    trust.turn += 1\n',
      },
    ],
  },
  {
    name: 'the fleet is not waited for',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/open-tag-space'),
        find: 'if (ackToken !== null) await fleetAck.wait(ackToken, nodes)',
        replace: 'void fleetAck; void nodes',
      },
    ],
  },
  {
    name: 'the end of an epoch is not seen by those who read',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/batches'),
        find: 'if (textOf(replies[entries.length]) !== known) link.epochEnded(known)',
        replace: 'void known; void textOf',
      },
    ],
  },
  {
    // Either rule alone keeps readers from going back here: an old value that is excused lies only where nobody has
    // dropped it, and nobody has to drop what is excused no more.
    name: 'who was connected again since is excused, and what a load has shown that lost its place is taken back',
    caughtBy: ['I1', 'I2'],
    edits: [
      { file: file('shared/tier'), find: 'if (fence.turn < link.sessionTurn()) return false', replace: '' },
      {
        file: file('loads'),
        find: '(holdsItsPlace || present.provedAt < flight.beganAt)',
        replace: 'holdsItsPlace',
      },
    ],
  },
  {
    name: 'giving an old lease back drops the newer one',
    caughtBy: ['I5'],
    edits: [
      {
        file: file('shared/link'),
        find: 'if (leases.get(lease) === value) leases',
        replace: 'void value; leases',
      },
    ],
  },
]

/** This process breaks a rule about what may be shared, kept and served. */
export const mutationsOfCaches: readonly Mutation[] = [
  {
    name: 'a load that was overtaken is joined',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('in-flight'),
        find: 'isVouchedFor(flight) && mayShare(flight, turn) ? flight',
        replace: 'isVouchedFor(flight) && turn >= 0 ? flight',
      },
      {
        file: file('reads'),
        find: 'if (inFlight.mayShare(joined, caller.turn)) return value',
        replace: 'return value',
      },
    ],
  },
  {
    name: 'a shared value is not judged by the tags that its load found',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('reads'),
        find: 'if (inFlight.mayShare(joined, caller.turn)) return value',
        replace: 'return value',
      },
    ],
  },
  {
    name: 'a load is stamped when it ends',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/keeping'),
        find: 'asOf, ...recordOf(content)',
        replace: 'asOf: link.stamp(), ...recordOf(content)',
      },
      {
        file: file('shared/keeping'),
        find: 'const words = [valueOf(lease), epoch, String(asOf),',
        replace: 'const words = [valueOf(lease), epoch, String(link.stamp()),',
      },
    ],
  },
  {
    name: 'memory keeps what Redis held though its key was invalidated meanwhile',
    caughtBy: ['I1', 'I2'],
    edits: [
      { file: file('stored-values'), find: ' && !keyDrops.droppedSince(read.name, turn)', replace: '' },
    ],
  },
  {
    name: 'memory keeps a load whose key was invalidated meanwhile',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('loads'),
        find: 'const holdsItsPlace = inFlight.land(flight)',
        replace: 'const holdsItsPlace = inFlight.land(flight) || true',
      },
    ],
  },
  {
    name: 'what a soft time-out serves is not looked at again',
    caughtBy: ['I1', 'I2'],
    edits: [
      {
        file: file('reads'),
        find: 'spareOf(flight, key, memory)?.promise',
        replace: 'flight.spare?.promise',
      },
    ],
  },
  {
    name: 'a strong read asks nobody',
    caughtBy: ['I1'],
    edits: [{ file: file('core'), find: '      await tier.barrier()\n', replace: '' }],
  },
  {
    name: 'without tracking a strong read shares older loads',
    caughtBy: ['I1'],
    edits: [{ file: file('core'), find: 'return tier.isTold()', replace: 'return true' }],
  },
  {
    name: 'while Redis is away everything in memory is served',
    caughtBy: ['I1'],
    edits: [
      {
        file: file('shared/tier'),
        find: 'if (clock() - proved > allowanceMs) return false',
        replace: 'if (clock() - proved > allowanceMs) return true',
      },
    ],
  },
]
