/** The timetable's order on the page: headings by day over rows of one height, and which of them are in view. */
import type { Row } from '../api/words'
import { isTheirs } from '../clock/face'
import { dayDate, dayHeading, daysAway } from '../clock/wording'
import { instant, localField } from '../clock/zone'
import { say } from '../words/say.svelte'

export const rowHeight = 80
export const headingHeight = 38

export type Item =
  | { kind: 'heading'; key: string; top: number; label: string; aside: string; missed: boolean; now: boolean }
  | { kind: 'row'; key: string; top: number; row: Row; first: boolean }

export interface Laid {
  items: Item[]
  height: number
}

interface Heading {
  key: string
  label: string
  aside: string
}

/** Says under which heading a row stands. Days are looked up once each: there may be a hundred thousand rows. */
function headings(now: number, zone: string, apart: boolean): (row: Row) => Heading {
  const missed = { key: 'missed', label: say('desk.list.missed'), aside: '' }
  const theirs = { key: 'theirs', label: say('desk.list.theirs'), aside: '' }
  const rest = { key: 'rest', label: say('desk.list.nothing_due'), aside: '' }
  let [from, to, last] = [0, 0, rest]
  return (row) => {
    const due = row.queue_due ? Date.parse(row.queue_due) : undefined
    if (apart && isTheirs(row)) return theirs
    if (due !== undefined && due <= now) return missed
    if (due === undefined) return rest
    if (due >= from && due < to) return last
    const label = dayHeading(due, zone, now)
    const date = dayDate(due, zone, now)
    last = { key: `day ${daysAway(due, zone, now)}`, label, aside: label === date ? '' : date }
    from = instant(`${localField(due, zone).slice(0, 10)}T00:00`, zone)
    to = instant(`${localField(from + 36 * 3_600_000, zone).slice(0, 10)}T00:00`, zone)
    return last
  }
}

/**
 * The rows in the server's order (ours first, each by due time) under their headings. With apart, what is the customer's
 * turn stands under one heading of its own; without headings, rows stand as they come. A row that stays in hand where it
 * was, although it belongs elsewhere by now, parts no heading in two.
 */
export function laidOut(rows: Row[], now: number, zone: string, apart: boolean, headed = true): Laid {
  const items: Item[] = []
  const headingOf = headings(now, zone, apart)
  const stood = new Set<string>()
  let top = 0
  let last: Heading | undefined
  let heading = rows[0] && headingOf(rows[0])
  for (const [i, row] of rows.entries()) {
    const after = rows[i + 1] && headingOf(rows[i + 1]!)
    if (last && after?.key === last.key) heading = last
    const first = heading!.key !== last?.key
    if (first && headed) {
      const { key: of, label, aside } = heading!
      const key = stood.has(of) ? `${of} before ${row.id}` : of
      stood.add(of)
      items.push({ kind: 'heading', key, top, label, aside, missed: of === 'missed', now: of === 'day 0' })
      top += headingHeight
    }
    items.push({ kind: 'row', key: String(row.id), top, row, first: headed ? first : !last })
    last = heading
    heading = after
    top += rowHeight
  }
  return { items, height: top }
}

/** The items that touch the view, and a few around it. The view is clamped, so that never all rows are drawn. */
export function inView(items: Item[], scrollTop: number, viewHeight: number): Item[] {
  const spare = 4 * rowHeight
  const [from, to] = [scrollTop - spare, scrollTop + Math.min(viewHeight, 4000) + spare]
  let low = 0
  for (let high = items.length; low < high;) {
    const mid = (low + high) >> 1
    if (items[mid]!.top < from) low = mid + 1
    else high = mid
  }
  let end = low
  while (end < items.length && items[end]!.top < to) end++
  return items.slice(Math.max(0, low - 1), end)
}

/** How many rows (in queue order) are due by now: when this number changes, a promise has just broken. */
export function dueBy(rows: Row[], now: number): number {
  let n = 0
  for (const row of rows) {
    if (!row.queue_due || Date.parse(row.queue_due) > now) break
    n++
  }
  return n
}
