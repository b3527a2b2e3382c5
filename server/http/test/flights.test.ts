import { createTagSpace } from '@hotpath/cache'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFences } from '../src/fences.ts'
import { createFlights } from '../src/flights.ts'
import { createHitForMiss } from '../src/hit-for-miss.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const dependencies = { key: 'k', target: 'k', url: '/', tags: [] }

function flying(waitMs: number) {
  const fences = createFences(createTagSpace())
  const flights = createFlights({ fences, waitMs })
  const flight = flights.lead('k', dependencies, fences.begin([]))
  const follower = vi.fn<(stored: unknown) => void>()
  flights.follow(flight, follower)
  return { flights, flight, follower }
}

test('ends the wait of followers after waitMs, once, and lets the next request lead', () => {
  const { flights, flight, follower } = flying(10_000)
  vi.advanceTimersByTime(9_999)
  expect(follower).not.toHaveBeenCalled()
  expect(flights.find('k')).toBe(flight)
  vi.advanceTimersByTime(1)
  expect(follower.mock.calls).toEqual([[undefined]])
  expect(flights.find('k')).toBeUndefined()
  flights.settle(flight, undefined)
  expect(follower).toHaveBeenCalledTimes(1)
})

test('waits two seconds more for a leader whose client has gone, never longer than agreed', () => {
  const patient = flying(10_000)
  patient.flights.hurry(patient.flight)
  vi.advanceTimersByTime(1_999)
  expect(patient.follower).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(patient.follower).toHaveBeenCalledTimes(1)
  const impatient = flying(100)
  impatient.flights.hurry(impatient.flight)
  vi.advanceTimersByTime(100)
  expect(impatient.follower).toHaveBeenCalledTimes(1)
})

test('a flight that was replaced takes nothing from the one in its place', () => {
  const fences = createFences(createTagSpace())
  const flights = createFlights({ fences, waitMs: 1_000 })
  const old = flights.lead('k', dependencies, fences.begin([]))
  fences.dropTargets(['k'])
  expect(flights.find('k')).toBeUndefined()
  const current = flights.lead('k', dependencies, fences.begin([]))
  flights.settle(old, undefined)
  expect(flights.find('k')).toBe(current)
})

test('a hit-for-miss marker lasts as long as was agreed, and is forgotten for room', () => {
  const markers = createHitForMiss(5_000)
  markers.mark('first', 0)
  expect([markers.has('first', 4_999), markers.has('first', 5_000)]).toEqual([true, false])
  markers.mark('first', 0)
  markers.clear('first')
  expect(markers.has('first', 0)).toBe(false)
  markers.mark('first', 0)
  for (let index = 0; index < 10_000; index++) markers.mark(`other ${index}`, 0)
  expect([markers.has('first', 0), markers.has('other 0', 0)]).toEqual([false, true])
})
