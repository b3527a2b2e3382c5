import type { Random } from './random.ts'

/** A made-up person's full name. */
export function personName(random: Random): string {
  const first = random.pick(firstNames)
  const last = random.pick(lastNames)
  if (random.chance(0.08)) return `${first} ${random.pick(initials)}. ${last}`
  return random.chance(0.05) ? `${first} ${last}-${random.pick(lastNames)}` : `${first} ${last}`
}

/** What a candidate does for a living. */
export function occupation(random: Random): string {
  const work = random.pick(occupations)
  return random.chance(0.15) ? `Retired ${work.charAt(0).toLowerCase()}${work.slice(1)}` : work
}

const words = (text: string) => text.trim().split(/\s+/)

const firstNames =
  words(`Aaliyah Aaron Abigail Adam Adriana Ahmed Aisha Alan Alejandra Alex Alice Alicia Amara Amir Ana Andre
  Andrea Angela Anita Anthony Antonio April Arjun Ashley Barbara Benjamin Beth Bianca Brandon Brenda Brian Camila Carl Carla
  Carmen Carol Cecilia Charles Chloe Christina Claire Clarence Connor Crystal Curtis Dana Daniel Daniela Darius David Deborah
  Deepa Denise Derek Diana Diego Dolores Donna Dorothy Dwayne Edward Eleanor Elena Eli Elizabeth Emily Eric Esther Ethan Eva
  Farah Felix Fiona Frances Gabriel Gary George Gloria Grace Greta Hannah Harold Hassan Hector Helen Henry Hiroshi Ian Imani
  Irene Isaac Isabel Jada Jamal James Janet Jasmine Jason Jeanette Jerome Jesse Jin Joan Joel Jonah Jordan Jose Joseph Joyce
  Juan Judith Julia Kaitlyn Karen Karim Katherine Keisha Kenji Kevin Kim Kofi Krishna Lakshmi Laura Lauren Leah Leon Leticia
  Liam Linda Lisa Logan Louis Lucia Luis Luke Lydia Malik Marcus Margaret Maria Mariam Mark Martha Martin Mateo Maya Mei
  Melissa Michael Miguel Mila Mohammed Monica Nadia Naomi Natalie Nathan Nia Nicholas Nina Noah Nora Olivia Omar Oscar Patricia
  Paul Pedro Peter Philip Phuong Priya Quentin Rachel Rafael Ramona Raymond Rebecca Renee Ricardo Rita Robert Rosa Ruth Ryan
  Sabrina Sam Samantha Samir Sandra Sarah Sean Sergio Shanice Sharon Sofia Stella Stephen Susan Sylvia Tamara Tara Tasha Teresa
  Theo Thomas Tiana Tomas Tyler Valerie Vanessa Victor Vincent Vivian Walter Wendy William Xavier Yolanda Yusuf Zachary Zoe`)
const lastNames =
  words(`Abbott Adams Aguilar Ahmed Alvarez Anderson Bailey Baker Banerjee Barnes Becker Bell Bennett Bishop Blake
  Boone Bowman Bradley Brooks Brown Bryant Burke Burns Butler Caldwell Campbell Carlson Carter Castillo Chan Chavez Chen Clark
  Cohen Cole Coleman Collins Cooper Cortez Crawford Cruz Daniels Davis Delgado Desai Diaz Dixon Douglas Duncan Edwards Ellis
  Erickson Evans Farrell Fernandez Fields Fisher Fleming Flores Foster Fox Franklin Freeman Garcia Garner Gibson Gomez Gordon
  Graham Grant Greene Griffin Gupta Guzman Hall Hamilton Hansen Harper Harris Hassan Hayes Henderson Hernandez Hill Hoffman
  Holland Howard Hudson Hughes Hunt Ibrahim Jackson Jacobs Jenkins Jensen Johnson Jones Jordan Kaplan Keller Kelly Khan Kim
  King Klein Knight Kowalski Lambert Lane Larson Lawson Lee Lewis Lin Lopez Lynch Mack Malone Marshall Martinez Mason Matthews
  McCarthy McCoy McDonald Medina Mendoza Meyer Miller Mitchell Montgomery Moore Morales Morgan Morris Murphy Myers Nakamura
  Navarro Nelson Newman Nguyen Nichols Norris Novak Obi Okafor Olson Ortiz Osborne Owens Palmer Parker Patel Patterson Perez
  Perry Peterson Pham Phillips Pierce Porter Powell Price Quinn Ramirez Ramos Reed Reyes Reynolds Rice Richards Rivera Roberts
  Robinson Rodriguez Rogers Rosen Ross Russell Ryan Salazar Sanchez Sanders Santiago Santos Schmidt Schneider Schultz Scott
  Shah Shaw Silva Simmons Simpson Singh Smith Snyder Spencer Stanley Stevens Stewart Stone Sullivan Sutton Tanaka Taylor Thomas
  Thompson Torres Tran Turner Vargas Vasquez Vega Wagner Walker Wallace Walsh Walters Wang Ward Warren Washington Watkins
  Watson Webb Weber Weiss Wells West White Williams Wilson Wong Wood Wright Yang Young Zhang Zimmerman`)
const initials = words('A B C D E F G H J K L M N P R S T W')
const occupations =
  `Elementary teacher, Small-business owner, Registered nurse, Civil engineer, Attorney, Accountant, Electrician,
  Social worker, Retail manager, Software developer, Firefighter, Real-estate broker, Nonprofit director, Librarian,
  Pharmacist, Farmer, Bus operator, Architect, Union representative, Restaurant owner, City planner, Journalist, Physician,
  Professor of history, Carpenter, Bank officer, Police sergeant, Pastor, Veterinarian, School counselor, Insurance agent,
  Landscape contractor, Court clerk, Human-resources director, Community organizer, Machinist, Dental hygienist, Chef,
  Logistics coordinator, Graphic designer, Water-treatment operator, Paramedic, Music teacher, Data analyst`
    .split(',')
    .map((name) => name.trim())
