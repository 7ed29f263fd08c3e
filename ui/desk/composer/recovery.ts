import type { Promised } from '../api/words'
import type { Next } from './draft'

/**
 * The next word that the words prepared after a miss already name: our word due first of those still open. Sent with
 * them, it is the one time that the customer hears, not a second one.
 */
export function namedIn(promises: Promised[], now: number): Next | undefined {
  const due = promises
    .filter((p) => p.state === 'open' && (p.kind === 'reply' || p.kind === 'update'))
    .map((p) => Date.parse(p.due))
    .filter((at) => at > now)
  return due.length > 0 ? { words: '', due: Math.min(...due) } : undefined
}
