/** A policy as its editor has it, and its conditions as a sentence. */
import type { Inbox, Policy } from '../api/words'
import { say, sayOr } from '../words/say.svelte'

export const priorities = ['urgent', 'high', 'normal', 'low'] as const
export type PriorityName = (typeof priorities)[number]
/** How a priority is called. */
export const priorityName = (p: string): string => sayOr(`desk.priority.${p}`, p)

export const channels = ['email', 'chat', 'form', 'phone', 'api'] as const
export const levels = ['owner', 'team', 'lead', 'on_call', 'business'] as const
export const media = ['mail', 'push', 'hook'] as const

export type Times = Policy['times'][string]
export type Urgency = NonNullable<Policy['urgency']>
export type Step = NonNullable<Times['escalation']>[number]

/** The lengths of time that a policy gives, in the order in which a matter meets them. */
export const lengths = [
  'first_reply',
  'next_reply',
  'update',
  'workaround',
  'resolution',
  'recovery',
  'follow_up',
] as const

/** What the word of a customer weighs who needs it sooner, where a policy says nothing else. */
export const usual: Urgency = { deadline: 1, cant_work_hours: 4, cant_work_urgent_hours: 8 }

/** What a fresh policy begins with. */
export function fresh(like?: Policy): Policy {
  const blank = (first: string, next: string, update: string): Times => ({
    calendar: -2,
    first_reply: first,
    next_reply: next,
    update,
    recovery: '1h',
    workaround: '',
    resolution: '',
    follow_up: '3d',
    check_ins: ['3d', '7d'],
    warn_share: 0.75,
  })
  const times = like?.times ?? {
    urgent: { ...blank('15m', '30m', '1h'), calendar: 0, recovery: '15m' },
    high: blank('1h', '2h', '4h'),
    normal: blank('4h', '8h', '1d'),
    low: blank('1d', '2d', '2d'),
  }
  const copy = structuredClone(times)
  return {
    id: 0,
    name: '',
    position: 0,
    when: {},
    times: copy,
    confirm_window: like?.confirm_window ?? '7d',
    second_time: 1,
    urgency: structuredClone(like?.urgency ?? usual),
  }
}

/** To whom a policy applies, in a sentence. */
export function applies(when: Policy['when'], inboxes: Inbox[]): string {
  const or = (list: string[]) => list.join(` ${say('desk.policies.or')} `)
  const parts: string[] = []
  const add = (
    key: 'inboxes' | 'channels' | 'priorities' | 'languages' | 'tiers' | 'tags',
    list: string[] | undefined,
  ) => {
    if (list?.length) parts.push(say(`desk.policies.if.${key}`, { list: or(list) }))
  }
  add(
    'inboxes',
    when.inboxes?.map((id) => inboxes.find((i) => i.id === id)?.name ?? '?'),
  )
  add(
    'channels',
    when.channels?.map((c) => sayOr(`desk.channel.${c}`, c)),
  )
  add(
    'priorities',
    when.priorities?.map((p) => sayOr(`desk.priority.${p}`, p)),
  )
  add('tiers', when.tiers)
  add('tags', when.tags)
  add('languages', when.languages)
  for (const [name, value] of Object.entries(when.attributes ?? {}))
    parts.push(say('desk.policies.if.attribute', { name, value }))
  return parts.length > 0 ? parts.join('; ') : say('desk.policies.if.everybody')
}

/** A list as it is typed: words between commas. */
export const listed = (list: string[] | undefined): string => (list ?? []).join(', ')
export const unlisted = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((s) => s.trim())
      .filter(Boolean),
  ),
]
