/** What a clock says beside its dial: two parts, the time and what it means from now. One for a row, one for a line. */
import type { Promised, Row } from '../api/words'
import { say, sayOr } from '../words/say.svelte'
import { isAlways, isOurCheck, isTheirs, lookOf, lookOfRow, type Look } from './face'
import { clockTime, dayDate, daysAway, dayShort, inTime, late, when, whenInside, whenMissed } from './wording'

export interface Said {
  look: Look | undefined
  at: string
  more: string
}

/** In a row of the list: the day is the heading's, so only the time stands here. */
export function saidInRow(row: Row, now: number, zone: string): Said {
  const look = lookOfRow(row, now)
  if (!row.next) {
    const closed = row.closed_at ?? row.solved_at ?? row.last_inbound_at ?? row.created_at
    return { look, at: dayDate(Date.parse(closed), zone, now), more: sayOr(`desk.status.${row.status}`, row.status) }
  }
  const due = Date.parse(row.next.due)
  switch (look) {
    case 'broken':
      return { look, at: whenMissed(due, zone, now), more: late(due, now) }
    case 'snoozed':
      return {
        look,
        at: clockTime(due, zone),
        more: say('desk.clock.wakes', { time: wakes(row, zone, now) }),
      }
  }
  if (isTheirs(row)) {
    const ask = row.next.kind === 'follow_up' ? 'desk.clock.we_ask_after' : 'desk.clock.we_check_in'
    return {
      look,
      at: daysAway(due, zone, now) === 0 ? clockTime(due, zone) : dayDate(due, zone, now),
      more: isOurCheck(row) ? say(ask) : inTime(due, now),
    }
  }
  return { look, at: clockTime(due, zone), more: inTime(due, now) }
}

function wakes(row: Row, zone: string, now: number): string {
  const at = Date.parse(row.snoozed_until!)
  return daysAway(at, zone, now) === 0 ? clockTime(at, zone) : dayShort(at, zone, now)
}

/** In a line or a heading: whole, as "Today 16:30" and "in 2 h 10 min". */
export function saidInLine(promise: Promised, now: number, zone: string, row?: Row): Said {
  if (promise.held_at && promise.state === 'open')
    return { look: 'theirs', at: say('desk.clock.held'), more: say('desk.clock.held_more') }
  const due = Date.parse(promise.due)
  const look = row ? (lookOfRow(row, now) ?? lookOf(promise, now)) : lookOf(promise, now)
  switch (look) {
    case 'broken':
      return { look, at: say('desk.clock.missed', { time: whenInside(due, zone, now) }), more: late(due, now) }
    case 'kept':
      if (promise.state !== 'kept') break
      return { look, at: say('desk.clock.kept'), more: when(Date.parse(promise.settled_at ?? promise.due), zone, now) }
    case 'moved':
      return { look, at: say('desk.clock.moved'), more: when(due, zone, now) }
    case 'released':
      return { look, at: say('desk.clock.released'), more: promise.settled_by?.reason ?? '' }
    case 'snoozed':
      return { look, at: when(due, zone, now), more: say('desk.clock.wakes', { time: wakes(row!, zone, now) }) }
  }
  if (row && isOurCheck(row)) {
    const after = promise.kind === 'follow_up' ? 'desk.clock.solved_after' : 'desk.clock.their_turn_check'
    const state = row.status === 'solved' ? 'desk.clock.solved' : 'desk.clock.their_turn'
    return { look, at: say(state), more: say(after, { time: whenInside(due, zone, now) }) }
  }
  const left = inTime(due, now)
  const always = row && isAlways(row)
  return { look, at: when(due, zone, now), more: always ? say('desk.clock.always', { left }) : left }
}

/** Words as they were told, in quotation marks; a full stop follows where they have none. */
export const quoted = (words: string): string =>
  say('desk.quoted', { words }) + (/[.!?…。؟]$/.test(words.trim()) ? '' : '.')

/** The promise's own words, or the catalogue's sentence for its kind. */
export const wordsOf = (promise: Promised): string =>
  promise.words || sayOr(`desk.promise.${promise.kind}`, say('desk.promise.custom'))
