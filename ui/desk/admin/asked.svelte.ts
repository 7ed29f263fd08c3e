/** What a page of admin asks of the server: waiting, there, or failed with a sentence. */
import { onMount } from 'svelte'

export class Asked<T> {
  value = $state<T | undefined>()
  trouble = $state('')
  #ask: () => Promise<T>

  constructor(ask: () => Promise<T>) {
    this.#ask = ask
    onMount(() => void this.again())
  }

  async again(): Promise<void> {
    this.trouble = ''
    try {
      this.value = await this.#ask()
    } catch (e) {
      this.trouble = (e as Error).message
    }
  }
}
