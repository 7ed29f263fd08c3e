/** Initials and hue of a person's portrait. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const first = (word: string): string => {
  for (const { segment } of segmenter.segment(word)) return segment
  return ''
}

/** "MO" for Marta Oliveira, "W" for one word, and one letter for scripts that have no capitals. */
export function initialsOf(name: string): string {
  const words = name
    .replace(/<.*|@.*/, '')
    .split(/[\s&·,/|]+/)
    .filter((w) => /^\p{L}|^\p{N}/u.test(w))
  const a = first(words[0] ?? '') || '?'
  if (!/\p{Lu}/u.test(a.toUpperCase())) return a
  const b = words.length > 1 ? first(words.at(-1)!) : ''
  return (a + b).toUpperCase()
}

/** One of eight hues, the same whenever the person is met. */
export function hueOf(name: string, id: number): number {
  let h = id * 7
  for (const c of name) h = (h * 31 + c.codePointAt(0)!) >>> 0
  return (h % 8) + 1
}
