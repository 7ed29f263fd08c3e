/** What the clock of a promise shows: ten states, each with its shape. Pure: the words are wording.ts, the drawing Dial. */
import type { Promised, Row } from '../api/words'

export type Look = 'run' | 'far' | 'soon' | 'broken' | 'kept' | 'theirs' | 'snoozed' | 'moved' | 'released'

const hour = 3_600_000

/** The look of a promise at an instant. The warning of its policy, or the last hour, makes it soon. */
export function lookOf(promise: Promised, now: number): Look {
  if (promise.state !== 'open') return promise.state
  const due = Date.parse(promise.due)
  if (now >= due) return 'broken' // the clockwork says so in the same instant; the screen need not wait for it
  if (due - now <= hour) return 'soon'
  return due - now > 12 * hour ? 'far' : 'run'
}

/** The look of a conversation in a list: whose turn it is comes before how long there is. */
export function lookOfRow(row: Row, now: number): Look | undefined {
  if (!row.next) return row.status === 'closed' ? 'kept' : undefined
  const look = lookOf(row.next, now)
  if (look === 'broken') return look
  if (isOurCheck(row)) return row.status === 'solved' ? 'kept' : 'theirs'
  if (row.snoozed_until && Date.parse(row.snoozed_until) > now) return 'snoozed'
  return look
}

/** Is it the customer's turn? The server knows: a promise of ours that is missed or pressing makes it ours in any status. */
export const isTheirs = (row: Row): boolean => row.turn === 1

/** Is what stands next our own check, or what rests while it is their turn? Else it is a word that they were given. */
export const isOurCheck = (row: Row): boolean =>
  isTheirs(row) && (!row.next || row.next.kind === 'check_in' || row.next.kind === 'follow_up' || !!row.next.held_at)

/** Whose turn a status makes it, until the server has said: ours (0), theirs (1), nobody's (2). */
export function turnOf(status: Row['status']): Row['turn'] {
  if (status === 'open') return 0
  return status === 'pending' || status === 'solved' ? 1 : 2
}

/** Urgent promises run round the clock and are drawn with a second ring. */
export const isAlways = (row: { priority: string }): boolean => row.priority === 'urgent'

/** The hand's angle on an ordinary 12-hour face, in degrees, from the wall clock's hour and minute. */
export const handAt = (hour: number, minute: number): number => ((hour % 12) + minute / 60) * 30

/** The wedge between two instants as hours of a 12-hour face, 0 to 12. */
export const wedge = (from: number, to: number): number => Math.min(12, Math.max(0, (to - from) / hour))
