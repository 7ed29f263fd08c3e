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

/** Windows as the server has them. */
export const fromWindows = (windows: Window[]): { [from: string]: string } =>
  Object.fromEntries(windows.map((w) => [padded(w.from), padded(w.to)]))

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

/** The open parts of a day, in minutes; a window that ends at or before its start runs into the next day. */
export function bars(windows: { [day: string]: Window[] }, day: string): { from: number; to: number }[] {
  const at = weekdays.indexOf(day as (typeof weekdays)[number])
  const before = weekdays[(at + 6) % 7]!
  const out: { from: number; to: number }[] = []
  for (const w of windows[before] ?? []) {
    const [from, to] = [minutes(w.from), minutes(w.to)]
    if (to <= from && to > 0) out.push({ from: 0, to })
  }
  for (const w of windows[day] ?? []) {
    const [from, to] = [minutes(w.from), minutes(w.to)]
    if (Number.isNaN(from) || Number.isNaN(to)) continue
    out.push({ from, to: to <= from ? 1440 : to })
  }
  return out
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
