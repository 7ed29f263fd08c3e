import { beforeAll, describe, expect, it } from 'vitest'
import type { Row } from '../api/words'
import { heldBack, laidOver } from '../store/list.svelte'
import { speak } from '../words/say.svelte'
import { dueBy, headingHeight, inView, laidOut, rowHeight } from './layout'

const zone = 'Europe/Dublin'
const now = Date.parse('2026-05-18T13:20:00Z')
let ids = 0
const row = (due: string | undefined, more: Partial<Row> = {}): Row =>
  ({
    id: ++ids,
    status: 'open',
    turn: 0,
    priority: 'normal',
    viewers: [],
    ...(due ? { queue_due: due, next: { kind: 'reply', due, state: 'open' } } : {}),
    ...more,
  }) as Row

const theirs = (due: string) =>
  row(due, { status: 'pending', turn: 1, next: { kind: 'check_in', due, state: 'open' } as NonNullable<Row['next']> })

beforeAll(() => speak('en'))

describe('the timetable', () => {
  const rows = [
    row('2026-05-18T10:00:00Z'),
    row('2026-05-18T15:30:00Z'),
    row('2026-05-19T08:30:00Z'),
    row('2026-06-19T08:30:00Z'),
    theirs('2026-05-18T16:00:00Z'),
    theirs('2026-05-20T16:00:00Z'),
  ]
  const headings = (apart: boolean) =>
    laidOut(rows, now, zone, apart).items.flatMap((i) => (i.kind === 'heading' ? [i.label] : []))

  it('says a miss first, then the days, then whose turn it is not', () => {
    expect(headings(true)).toEqual(['Missed, say so first', 'Today', 'Tomorrow', 'Fri 19 Jun', 'Their turn'])
  })

  it('names the days of their turn where the whole list is theirs', () => {
    expect(headings(false).slice(-2)).toEqual(['Today', 'Wednesday'])
  })

  it('keeps the server’s order', () => {
    const order = laidOut(rows, now, zone, true).items.flatMap((i) => (i.kind === 'row' ? [i.row.id] : []))
    expect(order).toEqual(rows.map((r) => r.id))
  })

  it('keeps the row in hand under the heading where it stands, whatever became of it', () => {
    const held = [rows[1]!, theirs('2026-05-21T16:00:00Z'), row('2026-05-18T17:00:00Z'), rows[2]!]
    const { items } = laidOut(held, now, zone, true)
    expect(items.flatMap((i) => (i.kind === 'heading' ? [i.label] : []))).toEqual(['Today', 'Tomorrow'])
  })

  it('never has a heading twice by one key, in whatever order the rows stand', () => {
    const mixed = [
      rows[1]!,
      rows[4]!,
      rows[5]!,
      row('2026-05-18T17:00:00Z'),
      rows[4]!,
      rows[2]!,
      row('2026-05-18T18:00:00Z'),
    ]
    const keys = laidOut(mixed, now, zone, true).items.flatMap((i) => (i.kind === 'heading' ? [i.key] : []))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('stacks without a gap', () => {
    const laid = laidOut(rows, now, zone, true)
    let top = 0
    for (const item of laid.items) {
      expect(item.top).toBe(top)
      top += item.kind === 'row' ? rowHeight : headingHeight
    }
    expect(laid.height).toBe(top)
  })

  it('moves a promise under the miss in the instant in which it breaks', () => {
    const due = Date.parse(rows[1]!.queue_due!)
    expect(dueBy(rows, due - 1)).toBe(1)
    expect(dueBy(rows, due)).toBe(2)
  })

  it('draws what is in view of a hundred thousand, and never all of them', () => {
    const many = Array.from({ length: 100_000 }, () => row('2026-05-19T08:30:00Z'))
    const { items, height } = laidOut(many, now, zone, false)
    const shown = inView(items, height / 2, 800)
    expect(shown.length).toBeLessThan(25)
    expect(shown[0]!.top).toBeLessThanOrEqual(height / 2)
    expect(shown.at(-1)!.top + rowHeight).toBeGreaterThanOrEqual(height / 2 + 800)
    expect(inView(items, 0, 10_000_000).length).toBeLessThan(100)
  })
})

describe('what arrives live', () => {
  it('waits while a row is in hand, and the row in hand stays although it has left', () => {
    expect(heldBack([9, 1, 3], [1, 2, 3], 2)).toEqual({ ids: [1, 2, 3], arrived: [9] })
  })

  it('takes out what left, where it isn’t in hand', () => {
    expect(heldBack([1, 3], [1, 2, 3], 1)).toEqual({ ids: [1, 3], arrived: [] })
  })

  it('follows the server’s new order', () => {
    expect(heldBack([3, 1, 2], [1, 2, 3], 1).ids).toEqual([3, 1, 2])
  })

  it('lays a fresh first page over many pages', () => {
    expect(laidOver([9, 1, 3], [1, 2, 3, 4, 5], false)).toEqual([9, 1, 3, 4, 5])
    expect(laidOver([9, 1], [1, 2, 3], true)).toEqual([9, 1])
    expect(laidOver([4, 1], [1, 2, 3, 4, 5], false)).toEqual([4, 1, 5])
  })
})
