import type { Topics } from './topics.ts'

/** What is asked of a school board. */
export const schoolTopics: Topics = {
  'Class size and teachers': [
    "My child's class at {school} has {pupils} pupils. What would you do to lower that?",
    'We lost {count} teachers at {school} in {years} years. How would you keep the good ones?',
    'Should starting pay rise even if that means fewer electives?',
    'How do you plan to find substitute teachers? Classes at {school} are combined every week.',
    'Would you support more aides for children with special needs, and paid from what?',
  ],
  'School safety': [
    'Is the entrance of {school} safe enough, and what would you change without making it feel like a prison?',
    'The drop-off on {street} is chaos every morning. Would you work with the city on it?',
    'What is your position on phones in class?',
    'How should schools deal with bullying that happens online, after hours?',
  ],
  'School budget': [
    'Enrollment fell {percent} percent in {years} years. Would you close a school, and how would you choose which?',
    'Why does the heating at {school} fail each winter when a bond passed {years} years ago?',
    'What would you cut first if the state pays less next year?',
    'Would you keep free lunch for every pupil?',
  ],
  Curriculum: [
    'How would you bring reading scores up at {school}?',
    'Should every pupil learn to swim, to cook and to handle money before graduating?',
    'Do you support trade programs at the high school, and with which local employers?',
    'Who should decide which books are in the school library, and how?',
    'How should schools use artificial intelligence in homework and grading?',
    'Music was dropped at {school}. Would you bring it back?',
  ],
  Transportation: [
    'The bus to {school} is late {count} days a month. What would you do about driver shortages?',
    'Should children who live under a mile away across {street} get a bus?',
  ],
}

/** What is asked of a library board. */
export const libraryTopics: Topics = {
  'Library hours': [
    'Would you open the {neighborhood} branch on Sundays again?',
    'Students of {school} need a place to study in the evening. Until what hour should branches stay open?',
    'Which hours would you cut if the levy fails?',
  ],
  Collections: [
    'How long should anybody wait for a popular e-book, and what would you do about {count}-week queues?',
    'How would you answer a demand to remove a book?',
    'Should the library lend tools, instruments and hotspots too?',
    'Would you buy more books in the languages spoken in {neighborhood}?',
  ],
  'Library buildings': [
    'The branch on {street} leaks. Repair, rebuild or move it?',
    'Would you add quiet rooms and rooms for video calls?',
    'What should the library offer people who have nowhere else to go in the cold?',
    'Do you support ending late fines for good?',
  ],
}

/** What is asked of a parks board. */
export const parksTopics: Topics = {
  Playgrounds: [
    'When will {park} get a playground that children in wheelchairs can use?',
    'Would you put shade over the playground at {park}?',
    'Why are restrooms at {park} locked from {month} on?',
  ],
  'Trails and nature': [
    'What would you do about erosion on the trail near {park}?',
    'Should e-bikes be allowed on the path between {neighborhood} and {park}?',
    'Do you support letting parts of {park} grow as meadow?',
    "How many trees did we lose in last {month}'s storm, and when will they be replanted?",
  ],
  Recreation: [
    'Swimming lessons are full within {count} minutes. How would you add places?',
    'Would you lower fees for youth sports? Three children cost us ${fee} a season.',
    'Should pickleball get its own courts instead of taking over tennis at {park}?',
    'Do you support a skate park in {neighborhood}?',
    'What would you offer teenagers on weekend nights?',
  ],
}

/** What is asked of a clerk. */
export const clerkTopics: Topics = {
  Elections: [
    'How will you shorten the lines at the polling place on {street}?',
    'Would you add ballot drop boxes, for instance near {park}?',
    'How do you recruit and train poll workers, and from which parties?',
    'What would you say to a neighbor who does not trust the count?',
    'Would you publish turnout by precinct on election night?',
  ],
  Records: [
    'My records request took {count} weeks. What would be your deadline?',
    'Would you put council minutes and votes online as data that can be searched?',
    'Can licenses for dogs, parking and events be done fully online by the end of your first year?',
    'Would the office open one evening a week for people who work days?',
  ],
}

/** What is asked of a treasurer. */
export const treasurerTopics: Topics = {
  'City finances': [
    "Where are the city's reserves invested, and would you leave out any industries?",
    'Would you publish a budget that a person can read in ten minutes?',
    'How would you help people who fall behind on property tax before a lien is sold?',
    'What did the last audit find, and what have you or would you put right?',
    'The pension fund is {percent} percent short of its goal. What is your plan?',
    'Should residents be able to pay the water bill in monthly parts without a fee?',
    'What is the right bond rating for {city}, and what would you give up for it?',
  ],
}

/** What is asked of those who speak for or against a measure. */
export const measureTopics: Topics = {
  'Cost of the measure': [
    'What does this measure cost the owner of an average house in {neighborhood}, per year, all in?',
    'For how many years would we pay, and can the council extend it without asking us?',
    'What happens to the money that is left over?',
    'Are renters in {neighborhood} protected from higher rents because of this?',
  ],
  'Effect of the measure': [
    'What would change on {street} in the first {years} years if this passes?',
    'Which neighborhoods benefit first, and who decides? {neighborhood} is always last.',
    'What happens if the measure fails? Is there another plan?',
    'Which other city tried the same, and what came of it?',
    'Who will check that the promises are kept, and what happens if they are not?',
    'Who paid for the campaign on your side?',
  ],
}
