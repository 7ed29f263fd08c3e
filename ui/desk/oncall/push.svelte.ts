/**
 * Whether this browser is told of pages while the desk is closed (Web Push). It is told for a session: who signs in
 * here again goes on being told; somebody else isn't, until they say so.
 */
import { brought, client } from '../api/client'
import { here } from '../store/me.svelte'
import { remember, remembered } from '../store/look.svelte'

const worker = '/push.js'
const owner = 'push' // whose browser this is

class Push {
  /** unknown until looked; impossible in this browser or on a page without HTTPS. */
  state = $state<'unknown' | 'impossible' | 'forbidden' | 'off' | 'on'>('unknown')

  async look(): Promise<void> {
    if (!('serviceWorker' in navigator) || !('PushManager' in window) || !window.isSecureContext) {
      this.state = 'impossible'
    } else if (Notification.permission === 'denied') this.state = 'forbidden'
    else {
      const there = await navigator.serviceWorker.getRegistration(worker)
      const made = await there?.pushManager.getSubscription()
      const me = String(here.me?.agent.id)
      const mine = made && remembered(owner) === me // unknown: whoever allowed it says so again
      if (mine) await this.#tell(made)
      this.state = mine ? 'on' : 'off'
    }
  }

  /** Names the browser to the desk, for this session. */
  async #tell(made: PushSubscription): Promise<void> {
    const { endpoint, keys } = made.toJSON()
    const body = { endpoint: endpoint!, keys: { p256dh: keys!.p256dh!, auth: keys!.auth! } }
    await brought(client.POST('/api/push', { body }))
    remember(owner, String(here.me!.agent.id))
  }

  async turn(): Promise<void> {
    if (this.state === 'on') await this.#off()
    else await this.#on()
    await this.look()
  }

  async #on(): Promise<void> {
    if ((await Notification.requestPermission()) !== 'granted') return
    const { key } = await brought(client.GET('/api/push'))
    await navigator.serviceWorker.register(worker)
    const ready = await navigator.serviceWorker.ready
    const made = await ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
    try {
      await this.#tell(made)
    } catch (e) {
      await made.unsubscribe()
      throw e
    }
  }

  async #off(): Promise<void> {
    const there = await navigator.serviceWorker.getRegistration(worker)
    const made = await there?.pushManager.getSubscription()
    if (!made) return
    await brought(client.DELETE('/api/push', { params: { query: { endpoint: made.endpoint } } }))
    await made.unsubscribe()
  }
}

export const push = new Push()
