/** A snippet's text in pieces: what was found stands between U+0001 and U+0002. */
export function marked(snippet: string): { text: string; hit: boolean }[] {
  return snippet
    .split(/(\u0001[^\u0002]*\u0002?)/)
    .filter(Boolean)
    .map((part) => ({ text: part.replace(/[\u0001\u0002]/g, ''), hit: part.startsWith('\u0001') }))
}
