import { say } from '../words/say.svelte'

/** A span of open time in words: "90m", "4h", "1d". A dash where nothing is promised. */
export function span(text: string | undefined): string {
  const m = /^(\d+)([mhd])$/.exec(text ?? '')
  if (!m) return '–'
  const n = Number(m[1])
  if (m[2] === 'm') return say('desk.length.minutes', { n })
  if (m[2] === 'h') return say('desk.length.hours', { n })
  return say('desk.length.open_days', { n })
}
