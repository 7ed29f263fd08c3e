/** My day: who waits for a word from me, what is offered to me, and what I did about it in this sitting. */
import { SvelteMap } from 'svelte/reactivity'
import { brought, client } from '../api/client'
import type { DayCheck, Offered, Row, Waiting } from '../api/words'
import type { components } from '../api/schema'
import { now } from '../clock/now.svelte'
import { happenings } from '../shell/hearing'

/** What was done for somebody who waited. They stay on the screen, ticked, until it is left for good. */
export interface Done {
  waiting: Waiting
  how: 'answered' | 'told' | 'asked'
  words: string
  at: number
}

export interface Line {
  key: string
  waiting: Waiting
  done?: Done
}

export const keyOf = (w: Waiting): string => (w.ask ? `ask ${w.ask.id}` : `talk ${w.conversation!.id}`)

const heard = [
  'hand_over.offered',
  'hand_over.accepted',
  'hand_over.declined',
  'hand_over.taken_back',
  'day.signed_off',
  'message.written',
  'message.received',
  'message.bounced',
  'conversation.changed',
  'ask.sent',
  'ask.answered',
]
const breath = 400 // ms: what follows from one fact comes together

type Answer = components['schemas']['DayCheck']

/** Who else looks at a conversation isn't asked here. */
function whole(check: Answer): DayCheck {
  const row = (r: Omit<Row, 'viewers'>): Row => ({ ...r, viewers: [] })
  const offered = (list: Answer['to_me']): Offered[] => list.map(({ row: r, ...o }) => (r ? { ...o, row: row(r) } : o))
  return {
    ...check,
    waiting: check.waiting.map(({ conversation: c, ...w }) => (c ? { ...w, conversation: row(c) } : w)),
    to_me: offered(check.to_me),
    from_me: offered(check.from_me),
  }
}

class MyDay {
  check = $state.raw<DayCheck | undefined>()
  trouble = $state('')
  done = new SvelteMap<string, Done>()
  #users = 0
  #wait: ReturnType<typeof setTimeout> | undefined
  #at: ReturnType<typeof setTimeout> | undefined

  /** Those who wait and those who were seen to, earliest promise first. */
  lines: Line[] = $derived.by(() => {
    const waiting = (this.check?.waiting ?? []).map((w): Line => ({ key: keyOf(w), waiting: w }))
    const still = new Set(waiting.map((l) => l.key))
    const done = [...this.done].filter(([key]) => !still.has(key))
    return [...waiting, ...done.map(([key, d]): Line => ({ key, waiting: d.waiting, done: d }))].sort(
      (a, b) => Date.parse(a.waiting.due ?? '') - Date.parse(b.waiting.due ?? ''),
    )
  })

  async load(): Promise<void> {
    try {
      const check = whole(await brought(client.GET('/api/day')))
      if (check.date !== this.check?.date) this.done.clear()
      this.check = check
      this.trouble = ''
      this.#rest()
    } catch (e) {
      this.trouble = (e as Error).message
    }
  }

  did(waiting: Waiting, how: Done['how'], words: string): void {
    this.done.set(keyOf(waiting), { waiting, how, words, at: now.ms })
    void this.load()
  }

  /** Follows what happens, for as long as anybody looks; the returned function stops it. */
  follow(): () => void {
    if (this.#users++ === 0) for (const type of heard) happenings.addEventListener(type, this.#soon)
    void this.load()
    return () => {
      if (--this.#users > 0) return
      for (const type of heard) happenings.removeEventListener(type, this.#soon)
      clearTimeout(this.#wait)
      clearTimeout(this.#at)
    }
  }

  #soon = (): void => {
    clearTimeout(this.#wait)
    this.#wait = setTimeout(() => void this.load(), breath)
  }

  /** Looks again when the check is offered, and when the day is over. */
  #rest(): void {
    clearTimeout(this.#at)
    const next = [this.check?.offered_at, this.check?.over]
      .map((at) => Date.parse(at ?? ''))
      .filter((at) => at > now.ms)
      .sort((a, b) => a - b)[0]
    if (next !== undefined) this.#at = setTimeout(() => void this.load(), Math.min(next - now.ms + 500, 6 * 3_600_000))
  }
}

export const myDay = new MyDay()
