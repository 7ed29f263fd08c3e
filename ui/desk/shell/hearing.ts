/** What the live stream tells, carried to the stores: memory, lists, ears. */
import type { Happened } from '../api/words'
import { now } from '../clock/now.svelte'
import { conversations } from '../store/conversations.svelte'
import { inbox } from '../store/list.svelte'
import { live, type Heard } from '../store/live.svelte'
import { here } from '../store/me.svelte'
import { place } from '../store/place.svelte'
import { attendance } from '../store/presence'
import { toasts } from '../store/toasts.svelte'
import { later, say } from '../words/say.svelte'

/** For screens that wait for one kind of fact: every event, by its type; and "again" where some may have been lost. */
export const happenings = new EventTarget()

const breath = 150 // ms: what follows from one fact comes together

const touched = new Set<number>()
let greeted = false
let waiting: ReturnType<typeof setTimeout> | undefined

const shownList = () => (place.screen.name === 'inbox' ? place.screen.list : undefined)
const shownTalk = () => ('conversation' in place.screen ? place.screen.conversation : attendance.id)

/** Starts listening; the returned function stops it. */
export function listen(): () => void {
  greeted = false
  live.start(heard)
  void inbox.count()
  return () => {
    live.stop()
    clearTimeout(waiting)
    touched.clear()
  }
}

function heard(it: Heard): void {
  switch (it.kind) {
    case 'hello':
      now.correct(it.now)
      if (!greeted) lookAgain() // the first looks may be older than the first word of the stream
      greeted = true
      return
    case 'event':
      return happened(it.event)
    case 'presence':
      return attended(it.conversation, it.viewers ?? [])
    case 'reset':
      return lookAgain()
  }
}

function happened(event: Happened): void {
  announce(event)
  happenings.dispatchEvent(new Event(event.type))
  if (event.type === 'page.sent' || event.type === 'promise.warned')
    void later(import('../oncall/hear')).then((m) => m.hear(event))
  if (event.type.startsWith('ask.')) void later(import('../asks/heard')).then((m) => m.heardOfAsk(event))
  if (event.conversation) touched.add(event.conversation)
  clearTimeout(waiting)
  waiting = setTimeout(settle, breath)
}

function settle(): void {
  const ids = [...touched]
  touched.clear()
  const shown = shownTalk()
  for (const id of ids) {
    if (id === shown) conversations.renew(id).catch(() => {})
    else conversations.forget(id)
  }
  void inbox.happened(shownList()).then(() => {
    // rows beyond the first page aren't in the list's fresh look
    const first = new Set(shownList() ? inbox.of(shownList()!).ids.slice(0, 100) : [])
    for (const id of ids) {
      if (id !== shown && !first.has(id) && conversations.rows.has(id)) conversations.refreshRow(id).catch(() => {})
    }
  })
}

function attended(conversation: number, viewers: { agent: number; name: string; typing: boolean }[]): void {
  const row = conversations.rows.get(conversation)
  if (row) conversations.rows.set(conversation, { ...row, viewers })
  const full = conversations.full.get(conversation)
  if (full) conversations.full.set(conversation, { ...full, viewers })
}

function lookAgain(): void {
  happenings.dispatchEvent(new Event('again'))
  const shown = shownTalk()
  conversations.forgetAll(shown)
  if (shown !== undefined) conversations.renew(shown).catch(() => {})
  void inbox.happened(shownList())
}

/** Ears hear a new message politely and a break at once; what one did oneself needs no saying. */
function announce(event: Happened): void {
  const mine = event.actor?.kind === 'agent' && event.actor.id === here.me?.agent.id
  if (mine || !event.conversation) return
  const row = conversations.rows.get(event.conversation)
  const name = row?.contact_name || event.actor?.name || ''
  if (event.type === 'message.received') toasts.whisper(say('desk.ear.message', { name: event.actor?.name || name }))
  else if (event.type === 'promise.broken') toasts.call(say('desk.ear.broken', { name }))
}
