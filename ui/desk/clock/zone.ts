/** Instants and wall clocks. Everything is shown in the reader's zone; a due time is always an instant. */

const byOffset = /^([+-])(\d\d):(\d\d)$/

/** A zone by its name or offset: the store also knows "UTC+05:30". An unknown one is taken as the fallback. */
export function intlZone(zone: string | undefined, fallback = 'UTC'): string {
  if (!zone) return fallback
  const offset = zone.replace(/^UTC/, '')
  if (byOffset.test(offset)) return offset
  try {
    formatter(zone)
    return zone
  } catch {
    return fallback
  }
}

/** An instant and a zone such that every browser's Intl shows the right wall clock: not all of them know offsets. */
export function forIntl(at: number, zone: string): [number, string] {
  const m = byOffset.exec(zone)
  if (!m) return [at, zone]
  const minutes = Number(m[2]) * 60 + Number(m[3])
  return [at + (m[1] === '-' ? -minutes : minutes) * 60_000, 'UTC']
}

const formatters = new Map<string, Intl.DateTimeFormat>()
function formatter(zone: string): Intl.DateTimeFormat {
  let f = formatters.get(zone)
  if (!f) {
    f = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(zone, f)
  }
  return f
}

/** What the wall clock shows. day counts civil days since 1970, so that days can be compared and subtracted. */
export interface Wall {
  year: number
  month: number
  date: number
  hour: number
  minute: number
  day: number
}

/** The wall clock of a zone at an instant (ms). */
export function wall(at: number, zone: string): Wall {
  const parts: { [type: string]: number } = {}
  const [shifted, known] = forIntl(at, zone)
  for (const { type, value } of formatter(known).formatToParts(shifted)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts
  return { year, month, date: day, hour, minute, day: Math.floor(Date.UTC(year, month - 1, day) / 86_400_000) }
}

/** How far a zone's wall clock is ahead of UTC at an instant, in ms. */
function ahead(at: number, zone: string): number {
  const w = wall(at, zone)
  return Date.UTC(w.year, w.month - 1, w.date, w.hour, w.minute) - Math.floor(at / 60_000) * 60_000
}

/**
 * The instant (ms) at which a zone's wall clock shows "2026-05-19T10:00". Of a time that comes twice, the first; a time
 * that doesn't exist lands after the gap. NaN if the text is no time.
 */
export function instant(local: string, zone: string): number {
  const asUTC = Date.parse(local.slice(0, 16) + 'Z')
  if (Number.isNaN(asUTC)) return NaN
  const before = asUTC - ahead(asUTC - 86_400_000, zone)
  const after = asUTC - ahead(asUTC + 86_400_000, zone)
  for (const at of [Math.min(before, after), Math.max(before, after)]) {
    if (at + ahead(at, zone) === asUTC) return at
  }
  return before
}

const two = (n: number) => String(n).padStart(2, '0')

/** "2026-05-19T10:00", as a datetime-local field takes it. */
export function localField(at: number, zone: string): string {
  const w = wall(at, zone)
  return `${w.year}-${two(w.month)}-${two(w.date)}T${two(w.hour)}:${two(w.minute)}`
}
