/**
 * One list of conversations in the server's order, page by page. What arrives live waits, announced, while a row is in
 * hand, so that nothing moves under the reader's eyes; membership and order are always the server's.
 */
import { brought, client } from '../api/client'
import type { Trouble } from '../api/client'
import type { Counts, Row } from '../api/words'
import { now } from '../clock/now.svelte'
import { conversations } from './conversations.svelte'
import type { List } from './place.svelte'

const pageSize = 100

/** The fresh first page laid over what was there: rows beyond the page stay behind it. */
export function laidOver(fresh: number[], before: number[], complete: boolean): number[] {
  if (complete) return fresh
  const inFresh = new Set(fresh)
  const last = Math.max(-1, ...fresh.map((id) => before.indexOf(id)))
  return [...fresh, ...before.slice(last + 1).filter((id) => !inFresh.has(id))]
}

/** The rows to show now: those that came live wait in arrived, and the row in hand stays although it has left. */
export function heldBack(
  next: number[],
  before: number[],
  inHand: number | undefined,
): { ids: number[]; arrived: number[] } {
  const was = new Set(before)
  const arrived = next.filter((id) => !was.has(id))
  const ids = next.filter((id) => was.has(id))
  if (inHand !== undefined && was.has(inHand) && !ids.includes(inHand)) {
    ids.splice(Math.min(before.indexOf(inHand), ids.length), 0, inHand)
  }
  return { ids, arrived }
}

export class ConversationList {
  readonly name: List
  ids = $state.raw<number[]>([])
  arrived = $state.raw<number[]>([])
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  trouble = $state.raw<Trouble | undefined>()
  inHand: number | undefined
  /** Somebody is looking at the middle of the list or points at it: don't move rows. */
  busy = false

  #cursor: string | undefined
  #more: Promise<void> | undefined
  #fresh: Promise<void> | undefined
  #again = false

  constructor(name: List) {
    this.name = name
  }

  get hasMore(): boolean {
    return this.#cursor !== undefined
  }

  rows(): Row[] {
    return this.ids.flatMap((id) => conversations.rows.get(id) ?? [])
  }

  async load(): Promise<void> {
    try {
      const page = await this.#page()
      this.ids = conversations.takeRows(page.items ?? [])
      this.arrived = []
      this.#cursor = page.next_cursor || undefined
      this.state = 'ready'
      if (this.#again) {
        this.#again = false
        void this.refresh()
      }
    } catch (e) {
      this.trouble = e as Trouble
      if (this.ids.length === 0) this.state = 'failed'
    }
  }

  /** The next page, once. */
  more(): Promise<void> {
    if (!this.#cursor) return Promise.resolve()
    return (this.#more ??= this.#page(this.#cursor)
      .then((page) => {
        const known = new Set(this.ids)
        this.ids = [...this.ids, ...conversations.takeRows(page.items ?? []).filter((id) => !known.has(id))]
        this.#cursor = page.next_cursor || undefined
      })
      .catch(() => {}) // scrolling on tries again
      .finally(() => (this.#more = undefined)))
  }

  /** Something happened: look again. Asks that come while one runs become one more. */
  refresh(): Promise<void> {
    if (this.state === 'loading' || this.#fresh) {
      this.#again = true // what is under way may have been answered before it happened
      return this.#fresh ?? Promise.resolve()
    }
    this.#fresh = this.#lookAgain().finally(() => {
      this.#fresh = undefined
      if (this.#again) {
        this.#again = false
        void this.refresh()
      }
    })
    return this.#fresh
  }

  /** Lets in what waited. */
  async letIn(): Promise<void> {
    this.arrived = []
    await this.load()
  }

  async #lookAgain(): Promise<void> {
    let page
    try {
      page = await this.#page()
    } catch {
      return // offline is said elsewhere; the list stays as it was
    }
    const fresh = conversations.takeRows(page.items ?? [])
    const next = laidOver(fresh, this.ids, !page.next_cursor)
    this.state = 'ready'
    if (!page.next_cursor) this.#cursor = undefined
    if (this.inHand === undefined && !this.busy) {
      this.ids = next
      this.arrived = []
      return
    }
    const held = heldBack(next, this.ids, this.inHand)
    this.ids = held.ids
    this.arrived = held.arrived
  }

  async #page(cursor?: string) {
    const query = { list: this.name, limit: pageSize, ...(cursor ? { cursor } : {}) }
    const page = await brought(client.GET('/api/conversations', { params: { query } }))
    now.correct(page.now)
    return page
  }
}

/** The lists that were looked at, and how many each holds. */
class Lists {
  counts = $state.raw<Counts>({})
  #lists = new Map<List, ConversationList>()
  #counting: ReturnType<typeof setTimeout> | undefined

  of(name: List): ConversationList {
    let list = this.#lists.get(name)
    if (!list) {
      list = new ConversationList(name)
      this.#lists.set(name, list)
      void list.load()
    }
    return list
  }

  /** Something happened: the list on screen looks again now, the others when they are next looked at. */
  async happened(shown: List | undefined): Promise<void> {
    this.recount()
    for (const name of [...this.#lists.keys()]) if (name !== shown) this.#lists.delete(name)
    if (shown) await this.of(shown).refresh()
  }

  recount(): void {
    clearTimeout(this.#counting)
    this.#counting = setTimeout(() => void this.count(), 400)
  }

  async count(): Promise<void> {
    try {
      this.counts = await brought(client.GET('/api/counts'))
    } catch {
      // the numbers stay as they were
    }
  }

  forgetAll(): void {
    this.#lists.clear()
  }
}

export const inbox = new Lists()
