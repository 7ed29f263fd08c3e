/** Conversations in memory: rows for lists, whole ones for reading. The same ask is never sent twice at once. */
import { SvelteMap } from 'svelte/reactivity'
import { brought, client } from '../api/client'
import type { Change, Full, Row } from '../api/words'
import { turnOf } from '../clock/face'
import { here } from './me.svelte'

/** A list that the server left out is an empty one. */
function whole(full: Full): Full {
  return {
    ...full,
    viewers: full.viewers ?? [],
    earlier: full.earlier ?? [],
    promises: full.promises ?? [],
    timeline: full.timeline ?? [],
    record: { ...full.record, recent: full.record?.recent ?? [] },
  }
}

class Conversations {
  rows = new SvelteMap<number, Row>()
  full = new SvelteMap<number, Full>()
  #asked = new Map<string, Promise<unknown>>()
  #drafts = new Map<number, { draft: Full['draft'] }>()

  /** Takes rows of a list or search into memory. */
  takeRows(rows: Row[]): number[] {
    for (const row of rows) this.rows.set(row.id, { ...row, viewers: row.viewers ?? [] })
    return rows.map((row) => row.id)
  }

  take(full: Full): Full {
    const w = whole(full)
    this.full.set(w.id, w)
    this.rows.set(w.id, w)
    return w
  }

  /** The whole conversation, asked of the server; memory shows the one of before meanwhile. */
  open(id: number): Promise<Full> {
    return this.#once(`full ${id}`, () =>
      this.#answer(id, brought(client.GET('/api/conversations/{id}', { params: { path: { id } } }))),
    )
  }

  /** Takes what the server answers; a draft that was saved meanwhile is newer than the answer's. */
  async #answer(id: number, asked: Promise<Full>): Promise<Full> {
    const before = this.#drafts.get(id)
    const full = await asked
    const saved = this.#drafts.get(id)
    return this.take(saved && saved !== before ? withDraft(full, saved.draft) : full)
  }

  /** The server has this draft of ours now; what was asked before, or lies in memory, doesn't know it. */
  drafted(id: number, draft: Full['draft']): void {
    this.#drafts.set(id, { draft })
    const full = this.full.get(id)
    if (full) this.full.set(id, withDraft(full, draft))
  }

  /** Asks anew: an ask that is under way may have been answered before what happened. */
  renew(id: number): Promise<Full> {
    const running = this.#asked.get(`full ${id}`) as Promise<Full> | undefined
    return running ? running.then(() => this.open(id)) : this.open(id)
  }

  /** Fetches a neighbour ahead of time, if it isn't there. A failure is nobody's concern yet. */
  prefetch(id: number): void {
    if (this.full.has(id)) return
    this.open(id).catch(() => {})
  }

  refreshRow(id: number): Promise<void> {
    return this.#once(`row ${id}`, async () => {
      const row = await brought(client.GET('/api/conversations/{id}/row', { params: { path: { id } } }))
      this.takeRows([row])
    })
  }

  /** What memory holds of it may be old: forget the whole, so that the next look asks. */
  forget(id: number): void {
    this.full.delete(id)
  }

  forgetAll(but?: number): void {
    for (const id of [...this.full.keys()]) if (id !== but) this.full.delete(id)
  }

  /** Changes at once on screen, then on the server. If that fails, the change is taken back and the failure thrown. */
  async change(id: number, change: Change): Promise<Full> {
    const [row, full] = [this.rows.get(id), this.full.get(id)]
    const shown = shownAs(change)
    if (row) this.rows.set(id, { ...row, ...shown })
    if (full) this.full.set(id, { ...full, ...shown })
    try {
      return await this.#answer(
        id,
        brought(client.PATCH('/api/conversations/{id}', { params: { path: { id } }, body: change })),
      )
    } catch (e) {
      const [now, whole] = [this.rows.get(id), this.full.get(id)] // what else came meanwhile stays
      if (row && now) this.rows.set(id, { ...now, ...only(row, shown) })
      if (full && whole) this.full.set(id, { ...whole, ...only(full, shown) })
      throw e
    }
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const running = this.#asked.get(key) as Promise<T> | undefined
    if (running) return running
    const asked = ask().finally(() => this.#asked.delete(key))
    this.#asked.set(key, asked)
    return asked
  }
}

function withDraft({ draft: _old, ...rest }: Full, draft: Full['draft']): Full {
  return draft ? { ...rest, draft } : rest
}

/** Of a row, what another part of one names. */
function only(row: Row, part: Partial<Row>): Partial<Row> {
  return Object.fromEntries(Object.keys(part).map((key) => [key, row[key as keyof Row]]))
}

/** What a row shows of a change before the server has answered. */
function shownAs(change: Change): Partial<Row> {
  const shown: Partial<Row> = {}
  if (change.status) {
    shown.status = change.status
    shown.turn = turnOf(change.status)
  }
  if (change.priority) shown.priority = change.priority
  if (change.assignee !== undefined) {
    shown.assignee = change.assignee
    shown.assignee_name = here.nameOf(change.assignee)
  }
  if (change.snoozed_until !== undefined) shown.snoozed_until = change.snoozed_until
  return shown
}

export const conversations = new Conversations()
