/**
 * What the timeline shows: a message already says whose turn it gave and that its writer took the conversation, and a
 * merge what it made of either.
 */
import type { Entry } from '../api/words'

export function worthALine(timeline: Entry[]): Entry[] {
  const written = new Set(
    timeline.flatMap((e) => (e.message ? [`${e.message.author.kind} ${e.message.author.id ?? 0} ${e.at}`] : [])),
  )
  const merged = new Set(timeline.flatMap((e) => (e.type === 'merge' ? [e.at] : [])))
  return timeline.filter((e) => {
    if (e.type !== 'change') return true
    if (merged.has(e.at)) return false
    const { actor, data } = e.event ?? {}
    if (!written.has(`${actor?.kind} ${actor?.id ?? 0} ${e.at}`)) return true
    return data?.field !== 'assignee' && (data?.field !== 'status' || data.to === 'solved')
  })
}
