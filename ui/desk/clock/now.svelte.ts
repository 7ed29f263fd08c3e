/**
 * One clock for all: the server's now, ticking at every full second that someone looks at and exactly at every watched
 * instant, so that a promise breaks on screen when it breaks and not up to a second later.
 */

const second = 1000

class Now {
  #ms = $state(Date.now())
  #ahead = 0 // how far the server's clock is ahead of ours, ms
  #watched = new Map<number, number>() // instant → how many watch it
  #timer: ReturnType<typeof setTimeout> | undefined

  /** The instant by the server's clock, in ms. Reactive. */
  get ms(): number {
    return this.#ms
  }

  /** The full minute: for what need not follow the seconds. */
  minute = $derived(Math.floor(this.#ms / 60_000) * 60_000)

  /** Starts ticking; stops by the returned function. */
  start(): () => void {
    this.#tick()
    const look = () => document.visibilityState === 'visible' && this.#tick()
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(this.#timer)
      document.removeEventListener('visibilitychange', look)
    }
  }

  /** Sets our clock by the server's. */
  correct(server: string | number | undefined): void {
    if (server === undefined) return
    const at = typeof server === 'number' ? server : Date.parse(server)
    if (Number.isNaN(at)) return
    this.#ahead = at - Date.now()
    this.#tick()
  }

  /** Ticks exactly at the instant, until the returned function is called. */
  watch(instant: number): () => void {
    this.#watched.set(instant, (this.#watched.get(instant) ?? 0) + 1)
    if (instant > this.#ms && instant - this.#ms < second) this.#schedule()
    return () => {
      const n = (this.#watched.get(instant) ?? 1) - 1
      if (n > 0) this.#watched.set(instant, n)
      else this.#watched.delete(instant)
    }
  }

  #tick(): void {
    this.#ms = Date.now() + this.#ahead
    this.#schedule()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    const exact = Date.now() + this.#ahead
    let next = (Math.floor(exact / second) + 1) * second
    for (const instant of this.#watched.keys()) if (instant > exact && instant < next) next = instant
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, next - exact))
  }
}

export const now = new Now()
