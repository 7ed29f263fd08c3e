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

/** What somebody typed as a span: "4 h", "30 min", "1 day", "2 Tage"; as it is where it can't be read. */
export function spanOf(text: string): string {
  const m = /^(\d+)\s*([a-zäöü]*)\.?$/i.exec(text.trim())
  if (!m) return text.trim()
  const unit = m[2]!.toLowerCase()
  if (/^(m|min|mins|minutes?|minuten?)$/.test(unit)) return `${Number(m[1])}m`
  if (/^(h|hrs?|hours?|std|stunden?)$/.test(unit)) return `${Number(m[1])}h`
  if (/^(d|days?|t|tag|tage|tagen)$/.test(unit)) return `${Number(m[1])}d`
  return text.trim()
}

export const isSpan = (text: string): boolean => text === '' || /^[1-9]\d{0,5}[mhd]$/.test(text)
