/** Times that are offered for a snooze: civil times in the agent's zone, only those that lie ahead. */
import type { Row } from '../api/words'
import { instant, localField, wall } from '../clock/zone'
import type { Key } from '../words/say.svelte'

const hour = 3_600_000
const day = 24 * hour

/** When what is laid aside until a time comes back: half an hour before its next promise at the latest, as the server
 *  has it. Undefined where that is too near to sleep at all. */
export function wakesAt(row: Row, until: number, now: number): number | undefined {
  const at = Math.min(until, row.next ? Date.parse(row.next.due) - hour / 2 : until)
  return at > now ? at : undefined
}

export interface SnoozeTime {
  key: Key
  at: number
}

export function snoozeTimes(now: number, zone: string): SnoozeTime[] {
  const at = (days: number, time: string) => instant(`${localField(now + days * day, zone).slice(0, 10)}T${time}`, zone)
  const weekday = new Date(wall(now, zone).day * day).getUTCDay()
  const toMonday = (8 - weekday) % 7 || 7
  const times: SnoozeTime[] = [
    { key: 'desk.snooze.two_hours', at: Math.ceil((now + 2 * hour) / 300_000) * 300_000 },
    { key: 'desk.snooze.afternoon', at: at(0, '16:00') },
    { key: 'desk.snooze.tomorrow', at: at(1, '09:00') },
    { key: 'desk.snooze.monday', at: at(toMonday, '09:00') },
  ]
  return times
    .filter((t, i) => t.at > now + hour / 2 && times.findIndex((o) => o.at === t.at) === i)
    .sort((a, b) => a.at - b.at)
}
