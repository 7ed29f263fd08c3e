/** A snippet's text in pieces: what was found stands between U+0001 and U+0002. */
const [begin, end] = [String.fromCharCode(1), String.fromCharCode(2)]

export interface Piece {
  text: string
  hit: boolean
}

export function marked(snippet: string): Piece[] {
  const pieces: Piece[] = []
  for (const [i, part] of snippet.split(begin).entries()) {
    const [hit = '', ...rest] = i === 0 ? ['', part] : part.split(end)
    pieces.push({ text: hit, hit: true }, { text: rest.join(''), hit: false })
  }
  return pieces.filter((p) => p.text)
}
