/** Short words at the foot of the screen: what was done, and the way back. Ears hear them too. */
export interface Toast {
  id: number
  text: string
  act?: { label: string; run: () => void }
}

class Toasts {
  shown = $state<Toast[]>([])
  /** For screen readers only: new messages politely, breaks at once. */
  polite = $state('')
  assertive = $state('')
  #last = 0

  show(text: string, act?: Toast['act']): void {
    const id = ++this.#last
    this.shown = [...this.shown.slice(-1), act ? { id, text, act } : { id, text }]
    setTimeout(() => this.close(id), act ? 10_000 : 5_000)
  }

  close(id: number): void {
    this.shown = this.shown.filter((t) => t.id !== id)
  }

  whisper(text: string): void {
    this.polite = text
  }

  call(text: string): void {
    this.assertive = text
  }
}

export const toasts = new Toasts()
