import { describe, expect, it } from 'vitest'
import type { BoardItem, LoadHour } from '../api/words'
import { canMove } from './moves'
import { cellKey, chanceOf, layOut, levelOf, rowAt } from './layout'

const zone = 'Europe/Dublin'
const now = Date.parse('2026-05-18T13:20:00Z') // Monday 14:20 in Dublin

let id = 0
const item = (due: string, more: Partial<BoardItem> = {}) =>
  ({ id: ++id, conversation: id, state: 'open', kind: 'custom', due, words: '', ...more }) as BoardItem

const staffed = (days: string[]): LoadHour[] =>
  days.flatMap((d) =>
    Array.from({ length: 8 }, (_, h) => ({
      from: new Date(Date.parse(`${d}T08:00:00Z`) + h * 3_600_000).toISOString(),
      staff: 120,
      busy: 30,
      due: 0,
      arrivals: 0,
      waiting: 0,
    })),
  )

describe('what can be taken to another time', () => {
  it.each([
    ['a word of our own', {}, true],
    ['what a colleague asked', { kind: 'ask' }, false],
    ['what was missed', { state: 'broken' }, false],
    ['the word of somebody senior', { kind: 'update', source: 'customer', seniors: true }, false],
    ['the same, for who leads', { kind: 'update', source: 'customer' }, true],
  ] as [string, Partial<BoardItem>, boolean][])('%s', (_, more, can) =>
    expect(canMove(item('2026-05-18T15:00:00Z', more))).toBe(can),
  )
})

describe('the board', () => {
  const week = staffed(['2026-05-18', '2026-05-19', '2026-05-20', '2026-05-21', '2026-05-22'])

  it('puts what was missed on top, one line for each conversation', () => {
    const board = layOut(
      [
        item('2026-05-18T10:00:00Z', { state: 'broken', conversation: 7 }),
        item('2026-05-18T11:00:00Z', { state: 'broken', conversation: 7 }),
        item('2026-05-18T13:19:00Z', { conversation: 8 }), // the clockwork hasn't said so yet
        item('2026-05-18T15:00:00Z'),
      ],
      week,
      now,
      zone,
      5,
    )
    expect(board.missed.map((m) => m.length)).toEqual([2, 1])
  })

  it('shows the days on which somebody is there or something is due, and what lies beyond as later', () => {
    const far = item('2026-05-29T10:00:00Z')
    const sunday = item('2026-05-24T10:00:00Z')
    const board = layOut([far, sunday], week, now, zone, 6)
    const today = Math.floor(now / 86_400_000)
    expect(board.days.map((d) => d.day - today)).toEqual([0, 1, 2, 3, 4, 6])
    expect(board.later).toEqual([far])
  })

  it('has a row for each staffed hour, and one for the night where something is due then', () => {
    const board = layOut([item('2026-05-18T19:00:00Z'), item('2026-05-19T09:30:00Z')], week, now, zone, 5)
    expect(board.rows.map((r) => r.key)).toEqual(['h9', 'h10', 'h11', 'h12', 'h13', 'h14', 'h15', 'h16', 'h17', 'late'])
    expect(board.cells.get(cellKey(board.days[0]!.day, rowAt(board.rows, 20)))).toHaveLength(1)
    expect(board.cells.get(cellKey(board.days[1]!.day, rowAt(board.rows, 10)))).toHaveLength(1)
  })

  it('keeps many of one hour in the order of their dues', () => {
    const many = [0, 5, 10, 15, 20].map((m) => item(`2026-05-18T14:${String(m).padStart(2, '0')}:00Z`))
    const board = layOut(many, week, now, zone, 5)
    expect(board.cells.get(cellKey(board.days[0]!.day, rowAt(board.rows, 15)))).toEqual(many)
  })

  it('never says that a thing is certain or hopeless', () => {
    expect([chanceOf(1), chanceOf(0), chanceOf(0.5)]).toEqual([99, 1, 50])
    expect([levelOf(0.9), levelOf(0.89), levelOf(0.49)]).toEqual(['safe', 'tight', 'risk'])
  })
})
