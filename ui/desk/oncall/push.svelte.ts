/** Whether this browser is told of pages while the desk is closed (Web Push). */
import { brought, client } from '../api/client'

const worker = '/push.js'

class Push {
  /** unknown until looked; impossible in this browser or on a page without HTTPS. */
  state = $state<'unknown' | 'impossible' | 'forbidden' | 'off' | 'on'>('unknown')

  async look(): Promise<void> {
    if (!('serviceWorker' in navigator) || !('PushManager' in window) || !window.isSecureContext) {
      this.state = 'impossible'
    } else if (Notification.permission === 'denied') this.state = 'forbidden'
    else {
      const there = await navigator.serviceWorker.getRegistration(worker)
      this.state = (await there?.pushManager.getSubscription()) ? 'on' : 'off'
    }
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
    const { endpoint, keys } = made.toJSON()
    const body = { endpoint: endpoint!, keys: { p256dh: keys!.p256dh!, auth: keys!.auth! } }
    try {
      await brought(client.POST('/api/push', { body }))
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
