/** What the board shows, asked of the server: the promises, and the forecast beside them. It looks again when something
 *  happens, and the forecast every minute. */
import { brought, client } from '../api/client'
import type { Basis, BoardItem, Chance, LoadHour } from '../api/words'
import { happenings } from '../shell/hearing'

export type Whose = 'mine' | 'team' | 'all'

const most = 1000 // promises that the board holds
const breath = 400 // ms
const happens = [
  'promise.opened',
  'promise.told',
  'promise.recomputed',
  'promise.kept',
  'promise.broken',
  'promise.made_good',
  'promise.fulfilled_late',
  'promise.moved',
  'promise.released',
  'promise.corrected',
  'conversation.changed',
  'again',
]

export class BoardStore {
  items = $state.raw<BoardItem[]>([])
  more = $state(false) // there are more than it holds
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  trouble = $state('')
  chances = $state.raw(new Map<number, Chance>())
  load = $state.raw<LoadHour[]>([])
  basis = $state.raw<Basis | undefined>()
  readonly #whose: Whose
  #running = false
  #again = false

  constructor(whose: Whose) {
    this.#whose = whose
  }

  /** Looks, and keeps looking until the returned function is called. */
  start(): () => void {
    void this.#look()
    void this.#foresee()
    let waiting: ReturnType<typeof setTimeout> | undefined
    const happened = () => {
      clearTimeout(waiting)
      waiting = setTimeout(() => void this.#look(), breath)
    }
    for (const type of happens) happenings.addEventListener(type, happened)
    const minutes = setInterval(() => void this.#foresee(), 60_000)
    return () => {
      clearTimeout(waiting)
      clearInterval(minutes)
      for (const type of happens) happenings.removeEventListener(type, happened)
    }
  }

  async #look(): Promise<void> {
    if (this.#running) {
      this.#again = true
      return
    }
    this.#running = true
    try {
      const items: BoardItem[] = []
      let cursor: string | undefined
      do {
        const query = { whose: this.#whose, limit: 200, ...(cursor ? { cursor } : {}) }
        const page = await brought(client.GET('/api/promises', { params: { query } }))
        items.push(...(page.items ?? []))
        cursor = page.next_cursor || undefined
      } while (cursor && items.length < most)
      const unknown = items.some((i) => !this.chances.has(i.id) && i.kind !== 'check_in' && i.kind !== 'ask')
      const before = this.phase
      this.items = items
      this.more = cursor !== undefined
      this.phase = 'ready'
      if (unknown && before === 'ready') void this.#foresee()
    } catch (e) {
      if (this.phase !== 'ready') this.phase = 'failed'
      this.trouble = (e as Error).message
    } finally {
      this.#running = false
      if (this.#again) {
        this.#again = false
        void this.#look()
      }
    }
  }

  async #foresee(): Promise<void> {
    try {
      const f = await brought(client.GET('/api/forecast'))
      this.chances = new Map((f.chances ?? []).map((c) => [c.promise, c]))
      this.load = f.load ?? []
      this.basis = f.basis
    } catch {
      // the board stands without its forecast
    }
  }
}
