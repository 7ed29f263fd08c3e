/** What lies over the desk: one thing at a time. */
export type Over =
  'palette' | 'keys' | 'compose' | 'promise' | 'release' | 'snooze' | 'merge' | 'call' | 'new-call' | 'ask'

class Overlay {
  shown = $state<Over | undefined>()

  open(over: Over): void {
    this.shown = over
  }

  close(): void {
    this.shown = undefined
  }
}

export const overlay = new Overlay()
