/** Is a mail's HTML more than words? Only then is it shown as it was sent; words read better as words. */
export function isRich(html: string): boolean {
  if (/<(table|ul|ol|h[1-4]|pre)\b/i.test(html)) return true
  const images = html.match(/<img\b[^>]*>/gi) ?? []
  return images.some((img) => !/(?:width|height)\s*=\s*["']?[01]["'\s>]/i.test(img))
}

/** How many pictures lie elsewhere: the server left their addresses in data-src. */
export const blockedIn = (html: string): number => html.match(/\sdata-src="/g)?.length ?? 0

export interface Piece {
  text: string
  href?: string
}

/** Text in pieces, its web addresses as links. Trailing punctuation belongs to the sentence. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = []
  let at = 0
  for (const m of text.matchAll(/\bhttps?:\/\/[^\s<>"]+/gi)) {
    const href = m[0].replace(/[.,;:!?'")\]]+$/, '')
    if (m.index > at) out.push({ text: text.slice(at, m.index) })
    out.push({ text: href, href })
    at = m.index + href.length
  }
  if (at < text.length) out.push({ text: text.slice(at) })
  return out
}

/** Paragraphs of plain text: split at empty lines. */
export const paragraphs = (text: string): string[] =>
  text
    .replace(/\r\n?/g, '\n')
    .split(/\n(?:[ \t\u00a0]*\n)+/)
    .map((p) => p.replace(/^\n+|\s+$/g, ''))
    .filter(Boolean)
