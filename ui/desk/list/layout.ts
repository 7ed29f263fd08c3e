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
function headings(now: number, zone: string, sink: boolean): (row: Row) => Heading {
  const missed = { key: 'missed', label: say('desk.list.missed'), aside: '' }
  const theirs = { key: 'theirs', label: say('desk.list.theirs'), aside: '' }
  const rest = { key: 'rest', label: say('desk.list.nothing_due'), aside: '' }
  let [from, to, last] = [0, 0, rest]
  return (row) => {
    const due = row.queue_due ? Date.parse(row.queue_due) : undefined
    if (due !== undefined && due <= now) return missed
    if (sink && isTheirs(row)) return theirs
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

/** The rows in the server's order under their headings. With sink, rows that are the customer's turn stand last. */
export function laidOut(rows: Row[], now: number, zone: string, sink: boolean, headed = true): Laid {
  const items: Item[] = []
  let top = 0
  let last = ''
  const headingOf = headings(now, zone, sink)
  const put = (row: Row) => {
    const heading = headingOf(row)
    const first = heading.key !== last
    if (first && headed) {
      const { key, label, aside } = heading
      items.push({ kind: 'heading', key, top, label, aside, missed: key === 'missed', now: key === 'day 0' })
      top += headingHeight
    }
    last = heading.key
    items.push({ kind: 'row', key: String(row.id), top, row, first: first || items.length === 0 })
    top += rowHeight
  }
  const late = (row: Row) => row.queue_due !== undefined && Date.parse(row.queue_due) <= now
  const atEnd = sink ? rows.filter((row) => isTheirs(row) && !late(row)) : []
  const sunk = new Set(atEnd)
  for (const row of rows) if (!sunk.has(row)) put(row)
  for (const row of atEnd) put(row)
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
