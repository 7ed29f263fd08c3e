/**
 * What an agent is writing is never lost: at once into this browser, at every pause onto the server. The copy here is
 * dropped as soon as the server has it, so a copy that is still here is newer than the server's.
 */
import { brought, client } from '../api/client'
import { conversations } from '../store/conversations.svelte'
import type { Full } from '../api/words'
import type { Draft, Next } from './draft'

const pause = 800 // ms without a key

const key = (agent: number, conversation: number) => `kept.draft.${agent}.${conversation}`

/** The copy that the server has not confirmed, if there is one. */
export function localDraft(agent: number, conversation: number): Draft | undefined {
  try {
    const text = localStorage.getItem(key(agent, conversation))
    return text ? (JSON.parse(text) as Draft) : undefined
  } catch {
    return undefined
  }
}

type Saved = NonNullable<Full['draft']>

/** A draft as the server has it. */
export function draftOf({ html, note, next }: Saved): Draft {
  return { html, note, next: next && { words: next.words ?? '', due: Date.parse(next.due), moves: next.moves } }
}

function asSaved({ words, due, moves }: Next): NonNullable<Saved['next']> {
  return { words, due: new Date(due).toISOString(), ...(moves ? { moves } : {}) }
}

export class DraftKeeper {
  readonly #agent: number
  readonly #conversation: number
  readonly #saved: (at: number, onServer: boolean) => void
  #pending: Draft | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(agent: number, conversation: number, saved: (at: number, onServer: boolean) => void) {
    this.#agent = agent
    this.#conversation = conversation
    this.#saved = saved
  }

  /** The words changed. */
  changed(draft: Draft): void {
    this.#pending = draft
    this.#keepHere(draft)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), pause)
  }

  /** Sends what waits to the server now. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    const draft = this.#pending
    if (!draft) return this.#sending
    this.#pending = undefined
    return (this.#sending = this.#sending.then(() => this.#send(draft)))
  }

  /** The words are about to be sent: what would be saved now could come after them, and lie there as unsent. */
  hold(): Promise<void> {
    clearTimeout(this.#timer)
    this.#pending = undefined
    return this.#sending
  }

  /** The words were sent: there is no draft any more. */
  async done(): Promise<void> {
    await this.hold()
    conversations.drafted(this.#conversation, undefined)
    this.#forgetHere()
  }

  async #send(draft: Draft): Promise<void> {
    const params = { path: { id: this.#conversation } }
    try {
      if (draft.html) {
        const body = { html: draft.html, note: draft.note, ...(draft.next ? { next: asSaved(draft.next) } : {}) }
        const { saved_at } = await brought(client.PUT('/api/conversations/{id}/draft', { params, body }))
        const whose = { agent: this.#agent, conversation: this.#conversation }
        conversations.drafted(this.#conversation, { ...whose, ...body, saved_at })
        this.#saved(Date.parse(saved_at), true)
      } else {
        await brought(client.DELETE('/api/conversations/{id}/draft', { params }))
        conversations.drafted(this.#conversation, undefined)
      }
      if (!this.#pending) this.#forgetHere()
    } catch {
      this.#saved(Date.now(), false) // it stays in this browser, and goes with the next pause or the next opening
    }
  }

  #keepHere(draft: Draft): void {
    try {
      localStorage.setItem(key(this.#agent, this.#conversation), JSON.stringify(draft))
    } catch {
      // full or forbidden: the server's copy follows within a second
    }
  }

  #forgetHere(): void {
    try {
      localStorage.removeItem(key(this.#agent, this.#conversation))
    } catch {
      // then it wasn't kept either
    }
  }
}
