import { beforeAll, describe, expect, it } from 'vitest'
import type { Promised, Row } from '../api/words'
import { lookOfRow, turnOf } from '../clock/face'
import { saidInLine, saidInRow } from '../clock/said'
import { speak } from '../words/say.svelte'
import { laidOut } from './layout'

const zone = 'Europe/Dublin'
const now = Date.parse('2026-05-18T13:20:00Z')
const solved = (id: number, turn: number, kind: string, due: string) =>
  ({
    id,
    status: 'solved',
    turn,
    priority: 'normal',
    viewers: [],
    queue_due: due,
    next: { kind, due, state: 'open', words: '', opened_at: '2026-05-18T08:00:00Z' } as unknown as Promised,
  }) as unknown as Row

beforeAll(() => speak('en'))

describe('whose turn it is', () => {
  it('is ours for a solved one with a promise that presses, and its clock is the promise’s', () => {
    const pressing = solved(1, 0, 'custom', '2026-05-18T13:50:00Z')
    const asked = solved(2, 1, 'follow_up', '2026-05-18T13:50:00Z')
    const laid = laidOut([pressing, asked], now, zone, true)
    expect(laid.items.map((i) => (i.kind === 'row' ? i.row.id : i.label))).toEqual(['Today', 1, 'Their turn', 2])
    expect(saidInRow(pressing, now, zone)).toEqual({ look: 'soon', at: '14:50', more: 'in 30 min' })
    expect(lookOfRow(asked, now)).toBe('kept')
  })

  it('is theirs, and what stands next is the word that they were given and no check of ours', () => {
    const given = solved(1, 1, 'custom', '2026-05-19T09:00:00Z')
    expect(laidOut([given], now, zone, true).items[0]).toMatchObject({ label: 'Their turn' })
    expect(saidInRow(given, now, zone)).toEqual({ look: 'far', at: 'Tue 19 May', more: 'in 19 h' })
    expect(saidInLine(given.next!, now, zone, given)).toEqual({ look: 'far', at: 'Tomorrow 10:00', more: 'in 19 h' })
  })

  it('is ours for a solved one with a promise that was missed', () => {
    const missed = solved(1, 0, 'custom', '2026-05-18T10:00:00Z')
    const laid = laidOut([missed], now, zone, true)
    expect(laid.items[0]).toMatchObject({ kind: 'heading', missed: true })
    expect(lookOfRow(missed, now)).toBe('broken')
  })

  it.each([
    ['open', 0],
    ['pending', 1],
    ['solved', 1],
    ['closed', 2],
    ['spam', 2],
  ] as const)('follows the status %s until the server has said', (status, turn) => expect(turnOf(status)).toBe(turn))
})
