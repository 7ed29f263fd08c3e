/** A promise on its way to another time: nothing changes until the customer was written, so the composer takes it over. */
import { place } from './place.svelte'

export interface Moving {
  conversation: number
  path: string // where the conversation is opened
  due?: number | undefined // ms; undefined: the writer chooses
  words?: string | undefined
  moves?: number | undefined // the promise that the new one takes the place of
}

class Handover {
  #at: Moving | undefined

  /** Opens the conversation with the composer's panel for the next word. */
  open(moving: Moving): void {
    this.#at = moving
    place.go(moving.path)
  }

  /** Takes over what was handed to a conversation's composer, once. */
  take(conversation: number): Moving | undefined {
    const at = this.#at?.conversation === conversation ? this.#at : undefined
    this.#at = undefined
    return at
  }
}

export const moving = new Handover()

/** Kinds that stand until they are done: a later time takes their place. The others any answer fulfils. */
export const movable = new Set(['custom', 'callback', 'workaround', 'resolution'])
