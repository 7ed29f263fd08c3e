/** What concerns me of warnings and pages, said quietly where I am. */
import type { Happened } from '../api/words'
import { now } from '../clock/now.svelte'
import { whenInside } from '../clock/wording'
import { conversations } from '../store/conversations.svelte'
import { here } from '../store/me.svelte'
import { place } from '../store/place.svelte'
import { toasts } from '../store/toasts.svelte'
import { say } from '../words/say.svelte'

interface Said {
  agent?: number
  page?: number
  for?: number[]
  due?: string
  kind?: string
}

export async function hear(event: Happened): Promise<void> {
  const me = here.me?.agent.id
  const { agent, page, for: whom, due, kind } = (event.data ?? {}) as Said
  if (event.type === 'page.sent' && page && agent === me) {
    toasts.show(say('desk.oncall.you'), { label: say('desk.oncall.look'), run: () => place.go(`/page/${page}`) })
    return
  }
  if (event.type !== 'promise.warned' || !due || kind === 'check_in' || !event.conversation) return
  const id = event.conversation
  if (!conversations.rows.has(id)) await conversations.refreshRow(id).catch(() => {})
  const row = conversations.rows.get(id)
  const text = say('desk.oncall.warned', {
    name: row?.contact_name || row?.contact_email || row?.subject || '',
    time: whenInside(Date.parse(due), here.zone, now.ms),
  })
  if (!whom?.length) return toasts.whisper(text) // everybody's: said to ears, shown by the list
  if (whom.includes(me ?? 0))
    toasts.show(text, { label: say('desk.oncall.look'), run: () => place.go(`/inbox/open/${id}`) })
}
