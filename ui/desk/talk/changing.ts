/** Changes to a conversation from menus and keys: at once on screen, with a way back, and honest when they fail. */
import type { Change, Full, Row } from '../api/words'
import { now } from '../clock/now.svelte'
import { whenInside } from '../clock/wording'
import { conversations } from '../store/conversations.svelte'
import { here } from '../store/me.svelte'
import { toasts } from '../store/toasts.svelte'
import { say, sayOr } from '../words/say.svelte'

/** Another conversation of theirs may be the same matter. */
export const mergeable = (talk: Full | undefined): boolean =>
  !!talk && !talk.merged_into && talk.status !== 'spam' && talk.earlier.some((e) => !e.merged && e.status !== 'spam')

/** What would take the change back. */
export function inverse(row: Row, change: Change): Change {
  const back: Change = {}
  if (change.status) back.status = row.status
  if (change.priority) back.priority = row.priority
  if (change.assignee !== undefined) back.assignee = row.assignee ?? 0
  if (change.team !== undefined) back.team = row.team ?? 0
  if (change.snoozed_until !== undefined || change.until_they_write) {
    const until = row.snoozed_until ?? ''
    back.snoozed_until = Date.parse(until) > now.ms ? until : '' // what has woken meanwhile isn't laid aside again
  }
  return back
}

/** Makes the change; says what was done, and offers to take it back. If it fails it is undone and said. */
export async function change(row: Row, what: Change): Promise<void> {
  const back = inverse(row, what)
  try {
    const became = await conversations.change(row.id, what)
    toasts.show(sentence(row, what, became), {
      label: say('desk.undo'),
      run: () => void conversations.change(row.id, back).catch((e: Error) => toasts.show(e.message)),
    })
  } catch (e) {
    toasts.show(say('desk.change.failed', { why: (e as Error).message }), {
      label: say('desk.again'),
      run: () => void change(row, what),
    })
  }
}

export function sentence(row: Row, what: Change, became: Row): string {
  const name = row.contact_name || row.contact_email
  if (what.team)
    return say('desk.change.team', { name, team: here.me?.teams.find((t) => t.id === what.team)?.name ?? '' })
  if (what.until_they_write) return say('desk.change.until_word', { name })
  if (what.snoozed_until === '') return say('desk.change.woken', { name })
  if (what.snoozed_until) {
    const until = Date.parse(became.snoozed_until ?? what.snoozed_until)
    const when = whenInside(until, here.zone, now.ms)
    if (!became.next || until >= Date.parse(what.snoozed_until)) return say('desk.change.snoozed', { name, when })
    const due = whenInside(Date.parse(became.next.due), here.zone, now.ms)
    return say('desk.change.snoozed_before', { name, when, due })
  }
  if (what.assignee === 0) return say('desk.change.unassigned', { name })
  if (what.assignee === here.me?.agent.id) return say('desk.change.taken', { name })
  if (what.assignee) return say('desk.change.assigned', { name, agent: here.nameOf(what.assignee) })
  if (what.priority) return sayOr(`desk.change.priority.${what.priority}`, '', { name })
  return sayOr(`desk.change.status.${what.status}`, '', { name })
}

export const take = (talk: Full | Row): Promise<void> => change(talk, { assignee: here.me!.agent.id })
