/** A calendar's week as windows to edit and as bars to draw. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export interface Window {
  from: string
  to: string
}

export type Days = { [day: string]: { [from: string]: string } }

/** The windows of one day, in order. */
export function windowsOf(day: { [from: string]: string } | undefined): Window[] {
  return Object.entries(day ?? {})
    .map(([from, to]) => ({ from, to }))
    .sort((a, b) => minutes(a.from) - minutes(b.from))
}

export function toWindows(hours: Days): { [day: string]: Window[] } {
  const windows: { [day: string]: Window[] } = {}
  for (const day of weekdays) windows[day] = windowsOf(hours[day])
  return windows
}

/** Windows as the server has them: of two that begin together, the longer, which holds the other. */
export function fromWindows(windows: Window[]): { [from: string]: string } {
  const longest = [...windows].sort((a, b) => lasts(a) - lasts(b))
  return Object.fromEntries(longest.map((w) => [padded(w.from), padded(w.to)]))
}

interface Span {
  from: number
  to: number
}

/** Spans in order; those that overlap or touch are one, as the server counts them. */
function joined(spans: Span[]): Span[] {
  const out: Span[] = []
  for (const s of [...spans].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && s.from <= last.to) last.to = Math.max(last.to, s.to)
    else out.push({ ...s })
  }
  return out
}

/** A window in minutes; one that ends at or before its start runs into the next day. Nothing for what is no time. */
function spanOf(w: Window): Span[] {
  const [from, to] = [minutes(w.from), minutes(w.to)]
  return Number.isNaN(from) || Number.isNaN(to) ? [] : [{ from, to: to <= from ? to + 1440 : to }]
}

const lasts = (w: Window): number => spanOf(w).reduce((n, s) => n + s.to - s.from, 0)

/** What windows of one day count as, where some of them overlap; undefined where none do. */
export function countedAs(windows: Window[]): Window[] | undefined {
  const spans = windows.flatMap(spanOf).sort((a, b) => a.from - b.from)
  let until = -1
  const overlap = spans.some((s) => {
    const within = s.from < until
    until = Math.max(until, s.to)
    return within
  })
  if (!overlap) return undefined
  return joined(spans).map((s) => ({ from: clockOf(s.from), to: clockOf(s.to > 1440 ? s.to - 1440 : s.to) }))
}

export function toHours(windows: { [day: string]: Window[] }): Days {
  const hours: Days = {}
  for (const day of weekdays) hours[day] = fromWindows(windows[day] ?? [])
  return hours
}

const padded = (time: string): string => time.trim().padStart(5, '0')

/** Minutes since midnight of "9:30" or "24:00"; NaN if it is no time. */
export function minutes(time: string): number {
  const m = /^(\d{1,2}):(\d\d)$/.exec(time.trim())
  return m ? Number(m[1]) * 60 + Number(m[2]) : NaN
}

/** "09:30" of minutes since midnight. */
export const clockOf = (at: number): string =>
  `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`

/** The open parts of a day, in minutes; a window that ends at or before its start runs into the next day. What overlaps
 *  is one, so that what is drawn is what counts. */
export function bars(windows: { [day: string]: Window[] }, day: string): Span[] {
  const at = weekdays.indexOf(day as (typeof weekdays)[number])
  const before = weekdays[(at + 6) % 7]!
  const over = (windows[before] ?? []).flatMap(spanOf).filter((s) => s.to > 1440)
  const today = (windows[day] ?? []).flatMap(spanOf)
  return joined([
    ...over.map((s) => ({ from: 0, to: s.to - 1440 })),
    ...today.map((s) => ({ ...s, to: Math.min(s.to, 1440) })),
  ])
}

/** The day's windows after a stroke over the timetable: what was closed is open, or what was open is closed. */
export function stroked(windows: Window[], from: number, to: number, open: boolean): Window[] {
  const spans = windows
    .map((w) => ({
      from: minutes(w.from),
      to: minutes(w.to) <= minutes(w.from) ? minutes(w.to) + 1440 : minutes(w.to),
    }))
    .filter((s) => !Number.isNaN(s.from) && !Number.isNaN(s.to))
  let out: { from: number; to: number }[] = []
  if (open) {
    let all = { from, to }
    for (const s of spans) {
      if (s.to < all.from || s.from > all.to) out.push(s)
      else all = { from: Math.min(s.from, all.from), to: Math.max(s.to, all.to) }
    }
    out.push(all)
  } else {
    for (const s of spans) {
      if (s.from < from) out.push({ from: s.from, to: Math.min(s.to, from) })
      if (s.to > to) out.push({ from: Math.max(s.from, to), to: s.to })
    }
  }
  out = out.filter((s) => s.to > s.from).sort((a, b) => a.from - b.from)
  return out.map((s) => ({ from: clockOf(s.from), to: s.to > 1440 ? clockOf(s.to - 1440) : clockOf(s.to) }))
}
