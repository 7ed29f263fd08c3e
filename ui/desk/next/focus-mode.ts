/** What keys can do while focus is on. */
export interface Focused {
  pass(): void
}

class FocusMode {
  at: Focused | undefined

  offer(focused: Focused): () => void {
    this.at = focused
    return () => (this.at = undefined)
  }
}

export const focusMode = new FocusMode()
