/** A calendar's week as windows to edit and as bars to draw. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export interface Window {
  from: string
  to: string
}

type Hours = { [day: string]: { [from: string]: string } }

export function toWindows(hours: Hours): { [day: string]: Window[] } {
  const windows: { [day: string]: Window[] } = {}
  for (const day of weekdays) {
    windows[day] = Object.entries(hours[day] ?? {})
      .map(([from, to]) => ({ from, to }))
      .sort((a, b) => minutes(a.from) - minutes(b.from))
  }
  return windows
}

export function toHours(windows: { [day: string]: Window[] }): Hours {
  const hours: Hours = {}
  for (const day of weekdays) {
    hours[day] = Object.fromEntries((windows[day] ?? []).map((w) => [padded(w.from), padded(w.to)]))
  }
  return hours
}

const padded = (time: string): string => time.trim().padStart(5, '0')

/** Minutes since midnight of "9:30" or "24:00"; NaN if it is no time. */
export function minutes(time: string): number {
  const m = /^(\d{1,2}):(\d\d)$/.exec(time.trim())
  return m ? Number(m[1]) * 60 + Number(m[2]) : NaN
}

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
