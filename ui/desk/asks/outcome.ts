/** What became of an ask, in a sentence. */
import type { Ask } from '../api/words'
import { length, whenInside } from '../clock/wording'
import { say } from '../words/say.svelte'

export function outcomeOf(ask: Ask, zone: string, now: number): string {
  const due = Date.parse(ask.promise.due)
  if (ask.withdrawn_at) {
    const at = whenInside(Date.parse(ask.withdrawn_at), zone, now)
    return say('desk.ask.withdrawn_at', { at, why: ask.withdrawn ?? '' })
  }
  if (!ask.answered_at) return ''
  const at = Date.parse(ask.answered_at)
  const values = { name: ask.answered_by_name, at: whenInside(at, zone, now) }
  return at > due
    ? say('desk.ask.answered_late', { ...values, late: length(at - due) })
    : say('desk.ask.answered_in_time', values)
}
