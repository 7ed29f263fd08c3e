/**
 * The live stream: one EventSource for all tabs of a browser. The tab that holds the lock listens and tells the others;
 * when it closes, the next one takes over and everybody looks again.
 */
import type { Happened, Viewer } from '../api/words'

export type Heard =
  | { kind: 'event'; event: Happened }
  | { kind: 'presence'; conversation: number; viewers: Viewer[] }
  | { kind: 'hello'; now: string }
  | { kind: 'reset' }
  | { kind: 'down'; since: number }

type Listener = (heard: Heard) => void

const patience = 4_000 // ms that a connection may be gone before we say so
const lock = 'kept-live'

class Live {
  /** Since when (ms) the server can't be heard; undefined: it can. */
  downSince = $state<number | undefined>()
  #listener: Listener = () => {}
  #channel: BroadcastChannel | undefined
  #source: EventSource | undefined
  #wait: ReturnType<typeof setTimeout> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #stopped = new AbortController()
  #release: (() => void) | undefined

  start(listener: Listener): void {
    this.#listener = listener
    this.#stopped = new AbortController()
    this.#channel = new BroadcastChannel(lock)
    this.#channel.onmessage = (e: MessageEvent<Heard>) => this.#take(e.data)
    const signal = this.#stopped.signal
    addEventListener('online', () => this.again(), { signal })
    if (!navigator.locks) return this.#listen() // an insecure origin: each tab listens for itself
    let waited = false
    setTimeout(() => (waited = true), 1000)
    navigator.locks
      .request(lock, { signal }, () => {
        if (waited) this.#tell({ kind: 'reset' }) // what the last listener heard after us is not known
        this.#listen()
        return new Promise<void>((done) => (this.#release = done))
      })
      .catch(() => {}) // stopped while it waited
  }

  stop(): void {
    this.#stopped.abort()
    this.#release?.()
    this.#source?.close()
    this.#channel?.close()
    clearTimeout(this.#wait)
    clearTimeout(this.#retry)
    this.downSince = undefined
  }

  /** Tries to connect now. */
  again(): void {
    if (this.#source && this.#source.readyState !== EventSource.OPEN) this.#listen()
  }

  #listen(): void {
    this.#source?.close()
    clearTimeout(this.#retry)
    const source = (this.#source = new EventSource('/api/events'))
    source.addEventListener('event', (e) => this.#tell({ kind: 'event', event: JSON.parse(e.data) }))
    source.addEventListener('presence', (e) => this.#tell({ kind: 'presence', ...JSON.parse(e.data) }))
    source.addEventListener('reset', () => this.#tell({ kind: 'reset' }))
    source.addEventListener('hello', (e) => this.#tell({ kind: 'hello', ...JSON.parse(e.data) }))
    source.onopen = () => {
      clearTimeout(this.#wait)
      if (this.#tries++ > 0 && this.downSince !== undefined) this.#tell({ kind: 'reset' })
      this.downSince = undefined
    }
    source.onerror = () => {
      const since = Date.now()
      clearTimeout(this.#wait)
      this.#wait = setTimeout(() => this.#tell({ kind: 'down', since }), this.downSince ? 0 : patience)
      // the browser tries again by itself, unless the server said no
      if (source.readyState === EventSource.CLOSED) this.#retry = setTimeout(() => this.#listen(), 5_000)
    }
  }

  #tell(heard: Heard): void {
    this.#channel?.postMessage(heard)
    this.#take(heard)
  }

  #take(heard: Heard): void {
    if (heard.kind === 'down') this.downSince ??= heard.since
    else this.downSince = undefined
    this.#listener(heard)
  }
}

export const live = new Live()
