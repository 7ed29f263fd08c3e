/** Tells the others what we look at and whether we write: every 15 seconds while it is open, and when we leave. */
import { client } from '../api/client'

const every = 15_000 // ms; the server forgets after 30 s
const typingFor = 6_000 // ms after the last key

class Attendance {
  #id: number | undefined
  #typing = false
  #still: ReturnType<typeof setTimeout> | undefined

  /** The conversation that is looked at, in whatever screen. */
  get id(): number | undefined {
    return this.#id
  }

  /** We look at the conversation until the returned function is called. */
  at(id: number): () => void {
    this.#id = id
    this.#typing = false
    this.#tell()
    const beat = setInterval(() => document.visibilityState === 'visible' && this.#tell(), every)
    const leaving = () => this.#leave(id)
    addEventListener('pagehide', leaving)
    return () => {
      removeEventListener('pagehide', leaving)
      clearInterval(beat)
      clearTimeout(this.#still)
      this.#id = undefined
      this.#leave(id)
    }
  }

  #leave(id: number): void {
    client.DELETE('/api/conversations/{id}/presence', { params: { path: { id } }, keepalive: true }).catch(() => {})
  }

  /** A key was pressed in the composer. */
  typed(): void {
    clearTimeout(this.#still)
    this.#still = setTimeout(() => {
      this.#typing = false
      this.#tell()
    }, typingFor)
    if (this.#typing) return
    this.#typing = true
    this.#tell()
  }

  #tell(): void {
    if (this.#id === undefined) return
    const params = { path: { id: this.#id } }
    client.PUT('/api/conversations/{id}/presence', { params, body: { typing: this.#typing } }).catch(() => {})
  }
}

export const attendance = new Attendance()
