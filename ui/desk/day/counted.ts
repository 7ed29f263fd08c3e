/** Small numbers as words, as a sentence has them: "five". */
import { say, sayOr, type Key, type Values } from '../words/say.svelte'

export const counted = (n: number): string => sayOr(`desk.number.${n}`, String(n))

/** A sentence about n, whose first letter is large even where it begins with the number. */
export function sentence(key: Key, n: number, values: Values = {}): string {
  const text = say(key, { n, count: counted(n), ...values })
  return text.charAt(0).toUpperCase() + text.slice(1)
}
