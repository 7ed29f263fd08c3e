/** Two conversations become one, and two again. */
import { brought, client } from '../api/client'
import type { Full } from '../api/words'
import { conversations } from '../store/conversations.svelte'
import { inbox } from '../store/list.svelte'
import { pathOf, place } from '../store/place.svelte'
import { toasts } from '../store/toasts.svelte'
import { say } from '../words/say.svelte'

/** Goes on in another; the way back stands in the toast and in the timeline. */
export async function merge(talk: Full, into: number): Promise<void> {
  const params = { path: { id: talk.id } }
  const full = await brought(client.POST('/api/conversations/{id}/merge', { params, body: { into } }))
  conversations.take(full)
  conversations.forget(talk.id)
  inbox.recount()
  if (place.screen.name !== 'next') place.go(pathOf(place.screen, into), { replace: true })
  toasts.show(say('desk.merge.done', { subject: full.subject }), {
    label: say('desk.undo'),
    run: () => void unmerge(talk.id, into),
  })
}

export async function unmerge(id: number, into: number): Promise<void> {
  try {
    conversations.take(await brought(client.POST('/api/conversations/{id}/unmerge', { params: { path: { id } } })))
    await conversations.renew(into)
    inbox.recount()
    toasts.show(say('desk.merge.undone'))
  } catch (e) {
    toasts.show((e as Error).message)
  }
}
