import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Promised, Row } from '../api/words'
import { speak } from '../words/say.svelte'
import { handAt, lookOf, lookOfRow, wedge } from './face'
import { now } from './now.svelte'
import { saidInLine, saidInRow } from './said'
import { clockTime, dayName, inTime, late, length, when, whenMissed } from './wording'
import { instant, intlZone, localField, wall } from './zone'

const zone = 'Europe/Dublin'
const at = (text: string) => Date.parse(text)
const monday = at('2026-05-18T13:20:00Z') // 14:20 in Dublin

const promise = (due: string, more: Partial<Promised> = {}) =>
  ({ kind: 'reply', due, state: 'open', words: '', opened_at: '2026-05-18T08:00:00Z', ...more }) as Promised
const row = (more: Partial<Row>) =>
  ({ status: 'open', turn: 0, priority: 'normal', chases: 0, viewers: [], ...more }) as Row

beforeAll(() => speak('en'))

describe('the look of a promise', () => {
  it.each([
    ['in good time', '2026-05-18T15:30:00Z', {}, 'run'],
    ['more than twelve hours away', '2026-05-19T09:00:00Z', {}, 'far'],
    ['in its last hour', '2026-05-18T14:05:00Z', {}, 'soon'],
    ['at its very instant', '2026-05-18T13:20:00Z', {}, 'broken'],
    ['kept, though its time has passed', '2026-05-18T10:00:00Z', { state: 'kept' }, 'kept'],
    ['moved', '2026-05-18T15:30:00Z', { state: 'moved' }, 'moved'],
    ['released', '2026-05-18T15:30:00Z', { state: 'released' }, 'released'],
  ] as const)('%s', (_, due, more, look) => {
    expect(lookOf(promise(due, more), monday)).toBe(look)
  })

  it('is theirs while the server says that it is the customer’s turn', () => {
    const check = promise('2026-05-21T09:00:00Z', { kind: 'check_in' })
    expect(lookOfRow(row({ status: 'pending', turn: 1, next: check }), monday)).toBe('theirs')
    expect(lookOfRow(row({ status: 'solved', turn: 1, next: { ...check, kind: 'follow_up' } }), monday)).toBe('kept')
    expect(lookOfRow(row({ status: 'pending', turn: 0, next: { ...check, kind: 'custom' } }), monday)).toBe('far')
  })

  it('sleeps while snoozed, and a miss is louder than sleep', () => {
    const snoozed_until = '2026-05-18T15:00:00Z'
    expect(lookOfRow(row({ snoozed_until, next: promise('2026-05-18T16:00:00Z') }), monday)).toBe('snoozed')
    expect(lookOfRow(row({ snoozed_until, next: promise('2026-05-18T10:00:00Z') }), monday)).toBe('broken')
  })

  it('draws hand and wedge on a twelve-hour face', () => {
    expect(handAt(16, 30)).toBe(135)
    expect(handAt(0, 0)).toBe(0)
    expect(wedge(monday, at('2026-05-18T15:30:00Z'))).toBeCloseTo(2.1667, 3)
    expect(wedge(monday, monday + 99 * 3_600_000)).toBe(12)
    expect(wedge(monday, monday - 1)).toBe(0)
  })
})

describe('the words of a clock', () => {
  it.each([
    ['2026-05-18T15:30:00Z', 'Today 16:30'],
    ['2026-05-19T08:30:00Z', 'Tomorrow 9:30'],
    ['2026-05-17T08:30:00Z', 'Yesterday 9:30'],
    ['2026-05-21T08:30:00Z', 'Thu 9:30'],
    ['2026-05-27T08:30:00Z', 'Wed 27 May, 9:30'],
    ['2027-01-04T09:30:00Z', 'Mon 4 Jan 2027, 9:30'],
  ])('%s is %s', (due, said) => expect(when(at(due), zone, monday)).toBe(said))

  it('count days by the reader’s midnight, not by 24 hours', () => {
    const late = at('2026-05-18T22:59:00Z') // 23:59 in Dublin
    expect(dayName(late, zone, monday)).toBe('Today')
    expect(dayName(late, 'Europe/Warsaw', monday)).toBe('Tomorrow')
  })

  it.each([
    [30_000, 'under a minute'],
    [45 * 60_000, '45 min'],
    [130 * 60_000, '2 h 10 min'],
    [120 * 60_000, '2 h'],
    [19.66 * 3_600_000, '19 h'],
    [49 * 3_600_000, '2 days'],
  ])('%d ms is %s', (ms, said) => expect(length(ms)).toBe(said))

  it('never says that nothing is left while there is time', () => {
    expect(inTime(monday + 1000, monday)).toBe('in 1 min')
    expect(inTime(monday + 44.2 * 60_000, monday)).toBe('in 45 min')
  })

  it('name a miss plainly', () => {
    const due = at('2026-05-18T10:00:00Z')
    expect(whenMissed(due, zone, monday)).toBe('11:00 today')
    expect(late(due, monday)).toBe('3 h 20 min late')
    const said = saidInLine(promise('2026-05-18T10:00:00Z'), monday, zone)
    expect(said).toEqual({ look: 'broken', at: 'Missed today 11:00', more: '3 h 20 min late' })
  })

  it('say in a row what the heading leaves out', () => {
    expect(saidInRow(row({ next: promise('2026-05-18T15:30:00Z') }), monday, zone)).toEqual({
      look: 'run',
      at: '16:30',
      more: 'in 2 h 10 min',
    })
    const check = promise('2026-05-21T09:00:00Z', { kind: 'check_in' })
    expect(saidInRow(row({ status: 'pending', turn: 1, next: check }), monday, zone)).toEqual({
      look: 'theirs',
      at: 'Thu 21 May',
      more: 'we check in',
    })
    expect(saidInRow(row({ status: 'closed', closed_at: '2026-05-15T09:00:00Z' }), monday, zone)).toEqual({
      look: 'kept',
      at: 'Fri 15 May',
      more: 'Closed',
    })
  })

  it('say that urgent runs round the clock', () => {
    const next = promise('2026-05-18T13:40:00Z')
    expect(saidInLine(next, monday, zone, row({ priority: 'urgent', next })).more).toBe('in 20 min, round the clock')
  })

  it('are German in German, with the dative where it belongs', async () => {
    await speak('de')
    expect(when(at('2026-05-27T08:30:00Z'), zone, monday)).toBe('Mi., 27. Mai, 9:30')
    expect(inTime(monday + 72 * 3_600_000, monday)).toBe('in 3 Tagen')
    expect(late(monday - 72 * 3_600_000, monday)).toBe('3 Tage zu spät')
    await speak('en')
  })
})

describe('wall clocks', () => {
  it.each([
    ['Europe/Dublin', '2026-05-19T10:00', '2026-05-19T09:00:00.000Z'],
    ['America/New_York', '2026-01-05T09:15', '2026-01-05T14:15:00.000Z'],
    ['Asia/Kathmandu', '2026-05-19T10:00', '2026-05-19T04:15:00.000Z'],
    ['Pacific/Apia', '2026-05-19T10:00', '2026-05-18T21:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'], // comes twice: the first
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'], // never comes: after the gap
  ])('%s %s', (tz, local, utc) => expect(new Date(instant(local, tz)).toISOString()).toBe(utc))

  it('give back what they were given', () => {
    for (const tz of ['Europe/Dublin', 'Asia/Kolkata', 'America/St_Johns', 'Australia/Lord_Howe'])
      for (let d = 0; d < 365; d += 9) {
        const ms = monday + d * 86_400_000
        expect(instant(localField(ms, tz), tz)).toBe(ms)
      }
  })

  it('know zones by offset, and take a fallback for what nobody knows', () => {
    expect(clockTime(monday, intlZone('UTC+05:30'))).toBe('18:50')
    expect(intlZone('Middle-earth/Shire', zone)).toBe(zone)
    expect(intlZone('', zone)).toBe(zone)
  })

  it('say no time for what is no time', () => expect(instant('soon', zone)).toBeNaN())
  it('show midnight as 0, not 24', () => expect(wall(at('2026-05-18T23:00:00Z'), zone).hour).toBe(0))
})

describe('the one ticking clock', () => {
  beforeEach(() => vi.useFakeTimers({ now: monday + 250 }))
  afterEach(() => vi.useRealTimers())

  it('ticks at full seconds, and exactly at an instant that is watched', () => {
    const stop = now.start()
    now.correct(Date.now())
    const unwatch = now.watch(monday + 400)
    vi.advanceTimersByTime(150)
    expect(now.ms).toBe(monday + 400)
    vi.advanceTimersByTime(600)
    expect(now.ms).toBe(monday + 1000)
    unwatch()
    stop()
  })

  it('goes by the server’s time, however wrong this computer’s is', () => {
    const stop = now.start()
    now.correct('2026-05-18T15:00:00Z')
    expect(now.ms).toBe(at('2026-05-18T15:00:00Z'))
    vi.advanceTimersByTime(1000)
    expect(now.ms).toBe(at('2026-05-18T15:00:01Z'))
    now.correct(Date.now())
    stop()
  })
})
