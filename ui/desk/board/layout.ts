/** The board's order: which days and hours it shows, and which promise stands where. Pure. */
import type { BoardItem, LoadHour } from '../api/words'
import { wall } from '../clock/zone'

const hour = 3_600_000
const day = 24 * hour

/** A row of the board: one hour, or all before or after those shown. */
export type HourRow = { key: string; kind: 'early' | 'hour' | 'late'; hour: number }

export interface Layout {
  missed: BoardItem[][] // by conversation, what was missed first first
  days: { day: number; at: number }[] // civil days, with an instant of each
  rows: HourRow[]
  cells: Map<string, BoardItem[]> // by cellKey
  later: BoardItem[] // after the last day shown
}

export const cellKey = (day: number, row: HourRow): string => `${day} ${row.key}`

export const isMissed = (item: BoardItem, now: number): boolean =>
  item.state === 'broken' || (item.state === 'open' && Date.parse(item.due) <= now)

/** Lays out what is promised for a number of days: today, and those to come on which somebody is there or something
 *  is due. */
export function layOut(items: BoardItem[], load: LoadHour[], now: number, zone: string, days: number): Layout {
  const today = wall(now, zone).day
  const ahead: BoardItem[] = []
  const missed = new Map<number, BoardItem[]>()
  for (const item of items) {
    if (!isMissed(item, now)) ahead.push(item)
    else {
      const key = item.conversation || -item.id
      missed.set(key, [...(missed.get(key) ?? []), item])
    }
  }
  const where = new Map(ahead.map((item) => [item.id, wall(Date.parse(item.due), zone)]))
  const staffed = load.filter((l) => l.staff > 0).map((l) => wall(Date.parse(l.from), zone))
  const busy = new Set([...staffed.map((w) => w.day), ...[...where.values()].map((w) => w.day), today])
  const known = load.length > 0 ? wall(Date.parse(load.at(-1)!.from), zone).day : today // beyond, weekends are free
  const shown: number[] = []
  for (let d = today; shown.length < days; d++) {
    const weekend = (d + 4) % 7 === 0 || (d + 4) % 7 === 6 // day 0 was a Thursday
    if (busy.has(d) || (d >= known && !weekend)) shown.push(d)
  }
  const last = shown.at(-1) ?? today
  const rows = rowsOf(
    staffed.map((w) => w.hour),
    wall(now, zone).hour,
    [...where.values()].filter((w) => w.day <= last).map((w) => w.hour),
  )
  const cells = new Map<string, BoardItem[]>()
  const later: BoardItem[] = []
  for (const item of ahead) {
    const w = where.get(item.id)!
    if (w.day > last) {
      later.push(item)
      continue
    }
    const key = cellKey(w.day, rowAt(rows, w.hour))
    cells.set(key, [...(cells.get(key) ?? []), item])
  }
  return {
    missed: [...missed.values()],
    days: shown.map((d) => ({ day: d, at: now + (d - today) * day })),
    rows,
    cells,
    later,
  }
}

/** The hours in which people are there, and the closing hour; one row each for what lies before and after. */
function rowsOf(staffed: number[], now: number, due: number[]): HourRow[] {
  let first = staffed.length > 0 ? Math.min(...staffed) : 9
  let last = staffed.length > 0 ? Math.min(23, Math.max(...staffed) + 1) : 17
  if (last - first > 14) [first, last] = [7, 20] // round the clock: the day is the board, the night a row
  const rows: HourRow[] = []
  if ([now, ...due].some((h) => h < first)) rows.push({ key: 'early', kind: 'early', hour: first })
  for (let h = first; h <= last; h++) rows.push({ key: `h${h}`, kind: 'hour', hour: h })
  if ([now, ...due].some((h) => h > last)) rows.push({ key: 'late', kind: 'late', hour: last + 1 })
  return rows
}

/** The row that an hour of the day stands in. */
export function rowAt(rows: HourRow[], hour: number): HourRow {
  const exact = rows.find((r) => r.kind === 'hour' && r.hour === hour)
  if (exact) return exact
  const first = rows.find((r) => r.kind === 'hour')!
  return (hour < first.hour ? rows.find((r) => r.kind === 'early') : rows.find((r) => r.kind === 'late')) ?? first
}

/** How a chance is called: safe from 90 %, likely missed below 50 %, tight between. */
export type Level = 'safe' | 'tight' | 'risk'
export const levelOf = (kept: number): Level => (kept >= 0.9 ? 'safe' : kept >= 0.5 ? 'tight' : 'risk')

/** A share as whole percent. */
export const percent = (share: number): number => Math.round(share * 100)

/** A chance as whole percent: some hundred simulations never know that a thing is certain, or hopeless. */
export const chanceOf = (kept: number): number => Math.min(99, Math.max(1, percent(kept)))
