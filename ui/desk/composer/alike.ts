/** Whether two promises say the same: whoever gives a word again most often means to put it off, not to owe it twice. */
import type { Promised } from '../api/words'
import { wordsOf } from '../clock/said'
import { movable } from '../store/moving.svelte'

/** The words that carry a sentence, in small letters and without accents. */
function carried(words: string): string[] {
  const plain = words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return [...new Set(plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean))]
}

/** The same words, or nearly all of the shorter sentence in the longer one, and most of that. */
export function alike(a: string, b: string): boolean {
  const [short, long] = [carried(a), carried(b)].sort((x, y) => x.length - y.length) as [string[], string[]]
  const shared = short.filter((word) => long.includes(word)).length
  return shared > 0 && shared >= 0.75 * short.length && shared >= 0.5 * long.length
}

/** The open promise that these words give again, due first; none for no words. */
export const givenAgain = (words: string, promises: Promised[]): Promised | undefined =>
  promises
    .filter((p) => p.state === 'open' && movable.has(p.kind) && alike(words, wordsOf(p)))
    .sort((a, b) => Date.parse(a.due) - Date.parse(b.due))[0]
