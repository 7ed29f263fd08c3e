/** Coming in and going out. */
import { brought, client, Trouble } from '../api/client'
import type { Me } from '../api/words'
import { conversations } from './conversations.svelte'
import { inbox } from './list.svelte'
import { live } from './live.svelte'
import { here } from './me.svelte'
import { place } from './place.svelte'
import { toasts } from './toasts.svelte'

/** Who is signed in? Nobody: to the door, or to the first start. */
export async function arrive(): Promise<void> {
  try {
    await here.take(await brought(client.GET('/api/me')))
  } catch (e) {
    if (!(e instanceof Trouble) || e.status !== 401) throw e
    const { needed } = await brought(client.GET('/api/setup'))
    if (needed) place.go('/setup', { replace: true })
    else if (place.screen.name !== 'sign-in') place.go(`/sign-in${wish()}`, { replace: true })
  }
}

/** Where one wanted to go before the door, to go there after it. */
const wish = (): string => {
  const path = place.url.pathname + place.url.search
  return path === '/' || path.startsWith('/setup') ? '' : `?to=${encodeURIComponent(path)}`
}

/** Signed in: on to the desk, where one wanted to go. */
export async function entered(me: Me): Promise<void> {
  await here.take(me)
  const to = place.url.searchParams.get('to') ?? ''
  place.go(/^\/[^/\\]/.test(to) ? to : '/inbox/mine', { replace: true })
}

/** Forgets everything of this agent, and shows the door: who was put out comes back to where they were. */
export function leave(putOut = false): void {
  const to = putOut ? wish() : ''
  live.stop()
  here.me = undefined
  conversations.rows.clear()
  conversations.forgetAll()
  inbox.forgetAll()
  place.go(`/sign-in${to}`, { replace: true })
}

export async function signOut(): Promise<void> {
  try {
    await brought(client.DELETE('/api/session'))
    leave()
  } catch (e) {
    toasts.show((e as Error).message)
  }
}
