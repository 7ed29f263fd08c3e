/** What the stream tells of asks, to the one whom it concerns. */
import type { Happened } from '../api/words'
import { here } from '../store/me.svelte'
import { place } from '../store/place.svelte'
import { toasts } from '../store/toasts.svelte'
import { say } from '../words/say.svelte'

export function heardOfAsk(event: Happened): void {
  const me = here.me?.agent.id
  const promise = event.data as { to_agent?: number; by?: number; conversation?: number; name?: string } | undefined
  if (!promise || !me || (event.actor?.kind === 'agent' && event.actor.id === me)) return
  const show = {
    label: say('desk.ask.show'),
    run: () => place.go(promise.conversation ? `/inbox/open/${promise.conversation}` : `/asks/${event.promise}`),
  }
  const name = event.actor?.name ?? ''
  if (event.type === 'ask.answered' && promise.to_agent === me) {
    toasts.show(say('desk.ask.heard_answer', { name }), show)
    toasts.whisper(say('desk.ask.heard_answer', { name }))
  } else if (event.type === 'ask.sent' && promise.by === me) {
    toasts.show(say('desk.ask.heard_question', { name }), {
      label: show.label,
      run: () => place.go(`/asks/${event.promise}`),
    })
  } else if (event.type === 'ask.unreached' && promise.to_agent === me) {
    toasts.show(say('desk.ask.heard_unreached', { name: promise.name ?? '' }), {
      label: show.label,
      run: () => place.go(`/asks/${event.promise}`),
    })
  } else if (event.type === 'ask.away' && promise.to_agent === me) {
    toasts.show(say('desk.ask.heard_away', { name }), show)
  }
}
