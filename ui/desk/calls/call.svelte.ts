/** What a call dialog begins with, and what both it and the quick buttons know of attempts. */
import type { Full, Promised } from '../api/words'
import { overlay } from '../store/overlay.svelte'

export type Outcome = 'reached' | 'voicemail' | 'no_answer'
export type Direction = 'in' | 'out'

interface Begin {
  outcome: Outcome
  direction: Direction
}

/** Read once by the dialog that opens. */
export const begin: Begin = { outcome: 'reached', direction: 'out' }

export function logCall(how: Partial<Begin> = {}): void {
  Object.assign(begin, { outcome: 'reached', direction: 'out' }, how)
  overlay.open('call')
}

/** Our calls in vain inside a callback's window; the server counts them again. */
export function attempts(talk: Full, promise: Promised): number {
  const from = Math.max(Date.parse(promise.from ?? promise.opened_at), Date.parse(promise.opened_at))
  const to = Date.parse(promise.due)
  return talk.timeline.filter(({ call }) => {
    if (!call || call.direction !== 'out' || call.outcome === 'reached') return false
    const at = Date.parse(call.at)
    return at >= from && at <= to
  }).length
}

/** The open callback of a conversation, or the one that was missed and isn't made good. */
export const callback = (talk: Full): Promised | undefined =>
  talk.promises.find((p) => p.kind === 'callback' && (p.state === 'open' || (p.state === 'broken' && !p.made_good_at)))

/** Plain words as the HTML that is sent. */
export const asHTML = (text: string): string => {
  const escaped = text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
  return escaped
    .trim()
    .split(/\n{2,}/)
    .map((p) => `<p>${p.replaceAll('\n', '<br>')}</p>`)
    .join('')
}

export const dialled = (number: string): string => `tel:${number.replace(/[^+\d]/g, '')}`
