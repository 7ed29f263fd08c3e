/** The timetable's order on the page: headings by day over rows of one height, and which of them are in view. */
import type { Row } from '../api/words'
import { isTheirs } from '../clock/face'
import { dayDate, dayName, daysAway } from '../clock/wording'
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

/** Under which heading a row stands. */
function headingOf(row: Row, now: number, zone: string, sink: boolean): { key: string; label: string; aside: string } {
  const due = row.queue_due ? Date.parse(row.queue_due) : undefined
  if (due !== undefined && due <= now) return { key: 'missed', label: say('desk.list.missed'), aside: '' }
  if (sink && isTheirs(row)) return { key: 'theirs', label: say('desk.list.theirs'), aside: '' }
  if (due === undefined) return { key: 'rest', label: say('desk.list.nothing_due'), aside: '' }
  const away = daysAway(due, zone, now)
  const label = dayName(due, zone, now)
  const date = dayDate(due, zone, now)
  return { key: `day ${away}`, label, aside: label === date ? '' : date }
}

/** The rows in the server's order under their headings. With sink, rows that are the customer's turn stand last. */
export function laidOut(rows: Row[], now: number, zone: string, sink: boolean, headed = true): Laid {
  const items: Item[] = []
  let top = 0
  let last = ''
  const put = (row: Row) => {
    const heading = headingOf(row, now, zone, sink)
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
  const last_ = sink ? rows.filter((row) => isTheirs(row) && !late(row)) : []
  const sunk = new Set(last_)
  for (const row of rows) if (!sunk.has(row)) put(row)
  for (const row of last_) put(row)
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
