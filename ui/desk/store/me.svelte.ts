/** Who sits here: the agent, the organization, colleagues, and what they may do. */
import { brought, client } from '../api/client'
import type { Colleague, Me } from '../api/words'
import { now } from '../clock/now.svelte'
import { intlZone } from '../clock/zone'
import { nearest, speak } from '../words/say.svelte'

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone

class Here {
  me = $state.raw<Me | undefined>()

  /** The zone that every time is shown in: the agent's own, else the organization's. */
  zone = $derived(intlZone(this.me?.agent.zone || this.me?.organization.zone, browserZone))
  isAdmin = $derived(['admin', 'owner'].includes(this.me?.agent.role ?? '') || (this.me?.may ?? []).includes('admin'))
  /** In a demo, what left lies where admins see it. */
  hasOutbox = $derived(!!this.me?.demo && this.isAdmin)

  inTeam = $derived((this.me?.teams ?? []).some((t) => t.mine))

  /** Everyone who can be assigned: me first. A coworker can only be asked. */
  colleagues: Colleague[] = $derived.by(() => {
    const id = this.me?.agent.id
    return (this.me?.agents ?? [])
      .filter((a) => a.role !== 'coworker')
      .sort((a, b) => Number(b.id === id) - Number(a.id === id) || a.name.localeCompare(b.name))
  })

  nameOf(agent: number | undefined): string {
    return this.me?.agents?.find((a) => a.id === agent)?.name ?? ''
  }

  async take(me: Me): Promise<void> {
    now.correct(me.now)
    await speak(nearest(me.agent.language || me.organization.language))
    this.me = me
  }

  async change(change: { name?: string; language?: string; zone?: string }): Promise<void> {
    await this.take(await brought(client.PATCH('/api/me', { body: change })))
  }
}

export const here = new Here()
