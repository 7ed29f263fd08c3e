import type { Next } from './draft'

/** The composer that is on screen, for keys that mean it from anywhere: R, M, and sending. */
export interface AtHand {
  focus(): void
  compose(asNote: boolean): void
  send(): void
  promise(next: Next): void
}

class Pens {
  at: AtHand | undefined

  offer(composer: AtHand): () => void {
    this.at = composer
    return () => {
      if (this.at === composer) this.at = undefined
    }
  }
}

export const pens = new Pens()
