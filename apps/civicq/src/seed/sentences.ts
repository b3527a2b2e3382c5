import type { Office } from '../api/shapes.ts'
import type { Place } from './places.ts'
import type { Random } from './random.ts'
import { fillSlots, topicsOf } from './topics.ts'

/** A resident's question to the candidates of an office. */
export function questionText(office: Office, place: Place, random: Random): { topic: string; text: string } {
  const topics = topicsOf[office]
  const topic = random.pick(Object.keys(topics))
  const parts = [random.pick(topics[topic]!)]
  if (random.chance(0.3)) parts.unshift(random.pick(openings))
  if (random.chance(0.35)) parts.push(random.pick(closings))
  return { topic, text: fillSlots(parts.join(' '), place, random) }
}

/** A candidate's answer: a stance, two or three steps, and sometimes a promise. */
export function answerText(topic: string, place: Place, random: Random): string {
  const parts = [random.pick(stances), ...random.sample(steps, random.integer(1, 3))]
  if (random.chance(0.6)) parts.push(random.pick(promises))
  return fillSlots(parts.join(' ').replaceAll('{topic}', topic.toLowerCase()), place, random)
}

/** What a candidate says of herself or himself. */
export function statementText(work: string, place: Place, random: Random): string {
  const parts = [
    `${work} and resident of {neighborhood} for ${random.integer(4, 31)} years.`,
    ...random.sample(reasons, random.integer(2, 3)),
    random.pick(promises),
  ]
  return fillSlots(parts.join(' '), place, random)
}

const openings = [
  'I have lived in {neighborhood} for {years} years.',
  'As a parent at {school}, I worry about this.',
  'I rent near {street}.',
  'My shop is on {street}.',
  'I ask this for my neighbors in {neighborhood}.',
  'I work nights and see this every week.',
  'I moved to {city} {years} years ago.',
  'I am a first-time voter.',
  'I am retired and walk everywhere.',
  'Nobody at city hall could tell me.',
]

const closings = [
  'Please be specific.',
  'How will you pay for it?',
  'What would you do in your first hundred days?',
  'By when?',
  'A yes or no would help.',
  'How would we know that it worked?',
  'What would you give up for it?',
  'I would like to hear it from every candidate.',
  'Thank you for answering.',
]

const stances = [
  'Yes, and I would begin this year.',
  'I hear this at almost every door in {neighborhood}.',
  'In short: yes, if we can pay for it without new debt.',
  'I do not think that we can do all of it at once, and I will not promise that.',
  'No, not in the form proposed, but I understand why you ask.',
  'This is one of the reasons I am running.',
  'We have studied this for {years} years; it is time to decide.',
  'I changed my mind about this after talking with families at {school}.',
  'You are right that {neighborhood} has waited too long.',
  'Thank you. It is a fair question, and the record on {topic} is mixed.',
]

const steps = [
  'First I would ask staff for the real figures on {topic} and publish them.',
  'I would start with a pilot on {street} and look at the results after six months.',
  'The state has grants for exactly this, and we have left about ${amount} million on the table.',
  'I would bring residents, staff and the people who do the work to one table before the budget is written.',
  'It has to be in the five-year plan with a date, or it will not happen.',
  'I would move money from consultants to crews.',
  'We should copy what our neighbors down the road did, and skip their mistakes.',
  'I would put {neighborhood} first, since it has had the least.',
  'That needs four votes, and I have worked with all sides to find them.',
  'I would ask for a progress report in public every quarter.',
  'The cheapest fix is upkeep: we let small repairs wait until they are large ones.',
  'I would protect people on fixed incomes from any increase.',
]

const promises = [
  'Hold me to it.',
  'My door at city hall will be open every Friday.',
  'I will report back to you by the end of my first year.',
  'If it does not work, I will say so and we will try something else.',
  'You can call me: I answer my own phone.',
  'I would rather promise less and do it.',
]

const reasons = [
  'I am running because decisions about {city} should be made in the open.',
  'I have served on the neighborhood council for {years} years and learned to read a budget line by line.',
  'My priorities are safe streets, honest books and homes that working families can afford.',
  'I organized the cleanup of {park} and saw what neighbors can do together.',
  'Growth should pay its own way and leave room for those who are already here.',
  'I want {school} to be a school that every family would choose.',
  'I take no money from companies that do business with the city.',
  'I believe in fixing what we have before building what is new.',
]
