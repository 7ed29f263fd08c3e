import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Me } from '../api/words'
import { here } from '../store/me.svelte'
import { remember } from '../store/look.svelte'
import { push } from './push.svelte'

/** A browser that somebody allowed to be told, and what it tells the desk. */
const told: string[] = []

beforeEach(() => {
  told.length = 0
  localStorage.clear()
  const made = { toJSON: () => ({ endpoint: 'https://push.test/a', keys: { p256dh: 'k', auth: 'a' } }) }
  const there = { pushManager: { getSubscription: async () => made } }
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => there } })
  vi.stubGlobal('PushManager', class {})
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('Notification', { permission: 'granted' })
  vi.stubGlobal('fetch', async (request: Request) => {
    told.push(`${request.method} ${new URL(request.url).pathname}`)
    return new Response(null, { status: 204 })
  })
  here.me = { agent: { id: 2 } } as Me
})
afterEach(() => vi.unstubAllGlobals())

describe('a browser that was allowed to be told', () => {
  it('goes on being told for who allowed it', async () => {
    remember('push', '2')
    await push.look()
    expect(push.state).toBe('on')
    expect(told).toEqual(['POST /api/push'])
  })

  it.each([
    ['by somebody else', '1'],
    ['by nobody knows whom', undefined],
  ])('is off for me where it was %s', async (_, owner) => {
    if (owner) remember('push', owner)
    await push.look()
    expect(push.state).toBe('off')
    expect(told).toEqual([])
  })
})
