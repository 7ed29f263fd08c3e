/** What the timeline shows: a message already says whose turn it gave and that its writer took the conversation. */
import type { Entry } from '../api/words'

export function worthALine(timeline: Entry[]): Entry[] {
  const written = new Set(
    timeline.flatMap((e) => (e.message ? [`${e.message.author.kind} ${e.message.author.id ?? 0} ${e.at}`] : [])),
  )
  return timeline.filter((e) => {
    if (e.type !== 'change') return true
    const { actor, data } = e.event ?? {}
    if (!written.has(`${actor?.kind} ${actor?.id ?? 0} ${e.at}`)) return true
    return data?.field !== 'assignee' && (data?.field !== 'status' || data.to === 'solved')
  })
}
