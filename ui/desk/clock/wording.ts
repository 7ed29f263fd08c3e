/** How times are said: "Today 16:30", "Tue 19 May, 10:00", "in 2 h 10 min". */
import { say, tongue } from '../words/say.svelte'
import { forIntl, wall } from './zone'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const dates = new Map<string, Intl.DateTimeFormat>()
function date(at: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  const [shifted, timeZone] = forIntl(at, zone)
  const key = tongue.locale + timeZone + JSON.stringify(options)
  let f = dates.get(key)
  if (!f) dates.set(key, (f = new Intl.DateTimeFormat(tongue.locale, { timeZone, ...options })))
  return f.format(shifted).replace(/^(\p{L}+),/u, '$1') // "Mon, 18 May" has a comma too many
}

/** "9:30": no leading zero, 24 hours, as a timetable has it. */
export function clockTime(at: number, zone: string): string {
  const w = wall(at, zone)
  return `${w.hour}:${String(w.minute).padStart(2, '0')}`
}

/** "Mon 18 May", with the year if it isn't this one. */
export function dayDate(at: number, zone: string, now: number): string {
  const sameYear = wall(at, zone).year === wall(now, zone).year
  return date(at, zone, { weekday: 'short', day: 'numeric', month: 'short', year: sameYear ? undefined : 'numeric' })
}

/** "18 May 2026": a date that is long past. */
export const plainDate = (at: number, zone: string): string =>
  date(at, zone, { day: 'numeric', month: 'short', year: 'numeric' })

/** "May" or "Nov 2025". */
export function monthOf(at: number, zone: string, now: number): string {
  const sameYear = wall(at, zone).year === wall(now, zone).year
  return date(at, zone, { month: 'short', year: sameYear ? undefined : 'numeric' })
}

/** How many civil days an instant is from today in the zone: 0 today, 1 tomorrow, -1 yesterday. */
export const daysAway = (at: number, zone: string, now: number): number => wall(at, zone).day - wall(now, zone).day

/** The day by name: "Today", "Tomorrow", "Yesterday", "Tue" within the week to come, else "Tue 19 May". */
export function dayName(at: number, zone: string, now: number): string {
  const away = daysAway(at, zone, now)
  if (away === 0) return say('desk.day.today')
  if (away === 1) return say('desk.day.tomorrow')
  if (away === -1) return say('desk.day.yesterday')
  if (away > 1 && away < 7) return date(at, zone, { weekday: 'short' })
  return dayDate(at, zone, now)
}

/** The day as a heading: "Today", "Tuesday" within the week to come, else "Tue 19 May". */
export function dayHeading(at: number, zone: string, now: number): string {
  const away = daysAway(at, zone, now)
  return away > 1 && away < 7 ? date(at, zone, { weekday: 'long' }) : dayName(at, zone, now)
}

/** "Tue" within the week to come, else "Tue 19 May": what a row has room for. */
export function dayShort(at: number, zone: string, now: number): string {
  const away = daysAway(at, zone, now)
  return away > 0 && away < 7 ? date(at, zone, { weekday: 'short' }) : dayDate(at, zone, now)
}

/** "Today 16:30", "Tue 10:00", "Tue 19 May, 10:00". */
export function when(at: number, zone: string, now: number): string {
  const away = daysAway(at, zone, now)
  const named = away > -2 && away < 7
  return say(named ? 'desk.time.day_time' : 'desk.time.date_time', {
    day: dayName(at, zone, now),
    time: clockTime(at, zone),
  })
}

/** The same inside a sentence: "today 16:30". */
export function whenInside(at: number, zone: string, now: number): string {
  const away = daysAway(at, zone, now)
  const time = clockTime(at, zone)
  if (away === 0) return say('desk.time.today_at', { time })
  if (away === 1) return say('desk.time.tomorrow_at', { time })
  if (away === -1) return say('desk.time.yesterday_at', { time })
  return when(at, zone, now)
}

/** "11:00 today", "16:00 yesterday", "Fri 15 May": what a row has room for after a miss. */
export function whenMissed(at: number, zone: string, now: number): string {
  const away = daysAway(at, zone, now)
  const time = clockTime(at, zone)
  if (away === 0) return say('desk.time.time_today', { time })
  return dayDate(at, zone, now)
}

/** A length of time to the precision that helps: "45 min", "2 h 10 min", "19 h", "3 days". */
export function length(ms: number): string {
  const m = Math.floor(ms / minute)
  if (m < 1) return say('desk.length.moment')
  if (m < 60) return say('desk.length.minutes', { n: m })
  const h = Math.floor(ms / hour)
  if (h < 12 && m % 60 > 0) return say('desk.length.hours_minutes', { h, m: m % 60 })
  if (h < 48) return say('desk.length.hours', { n: h })
  return say('desk.length.days', { n: Math.floor(ms / day) })
}

/** "in 2 h 10 min". Rounded up to the minute, so that it never says 0 while there is time. */
export function inTime(due: number, now: number): string {
  const left = Math.ceil((due - now) / minute) * minute
  if (left >= 2 * day) return say('desk.time.in_days', { n: Math.floor(left / day) })
  return say('desk.time.in', { length: length(left) })
}

/** "3 h 20 min late". */
export const late = (due: number, now: number): string => say('desk.time.late', { length: length(now - due) })
