/** Asks among ourselves: the two lists, and the verbs on one. What happens live makes them look again. */
import { brought, client } from '../api/client'
import type { Ask } from '../api/words'
import { happenings } from '../shell/hearing'
import { here } from '../store/me.svelte'

export type Side = 'of_me' | 'by_me'

/** What changes asks: those that stand alone have only these. */
const moving = [
  'ask.sent',
  'ask.taken',
  'ask.away',
  'ask.reminded',
  'ask.unreached',
  'ask.answered',
  'promise.broken',
  'promise.released',
  'promise.made_good',
]

/** One list: what waits, or what is done. */
export class AskList {
  items = $state.raw<Ask[]>([])
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  trouble = $state('')
  cursor = $state<string | undefined>()

  constructor(
    readonly side: Side,
    readonly done: boolean,
  ) {}

  async load(more = false): Promise<void> {
    try {
      const query = { side: this.side, done: this.done, limit: this.done ? 20 : 50 }
      const page = await brought(
        client.GET('/api/asks', { params: { query: more && this.cursor ? { ...query, cursor: this.cursor } : query } }),
      )
      this.items = more ? [...this.items, ...(page.items ?? [])] : (page.items ?? [])
      this.cursor = page.next_cursor || undefined
      this.phase = 'ready'
    } catch (e) {
      this.trouble = (e as Error).message
      if (this.items.length === 0) this.phase = 'failed'
    }
  }
}

/** Calls back when something happened to an ask; several at once are one. */
export function whenAsksMove(look: () => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined
  const moved = () => {
    clearTimeout(waiting)
    waiting = setTimeout(look, 150)
  }
  for (const type of moving) happenings.addEventListener(type, moved)
  return () => {
    clearTimeout(waiting)
    for (const type of moving) happenings.removeEventListener(type, moved)
  }
}

const params = (ask: Ask) => ({ path: { id: ask.id } })

export const answer = (ask: Ask, words: string) =>
  brought(client.POST('/api/asks/{id}/answer', { params: params(ask), body: { answer: words } }))
export const take = (ask: Ask) => brought(client.POST('/api/asks/{id}/take', { params: params(ask) }))
export const withdraw = (ask: Ask, reason: string) =>
  brought(client.POST('/api/asks/{id}/withdraw', { params: params(ask), body: { reason } }))

const me = () => here.me?.agent.id
export const isMine = (ask: Ask): boolean => ask.promise.to_agent === me()
export const isForMe = (ask: Ask): boolean => ask.promise.by === me()
/** Who was asked, by name: the person, or the team while nobody has taken it. */
export const askedOf = (ask: Ask): string => ask.asked_name || ask.team_name
