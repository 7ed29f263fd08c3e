/** What goes into a mail's frame: cleaned once more (the server cleaned it first), and told what it may fetch. */
import DOMPurify from 'dompurify'
import type { Message } from '../api/words'

/** The frame's empty page. Its policy forbids everything but pictures and the mail's own styles. */
export function skeleton(images: boolean): string {
  const from = `data: blob: ${location.origin}${images ? ' https: http:' : ''}`
  const policy = `default-src 'none'; img-src ${from}; style-src 'unsafe-inline'`
  return `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><base target="_blank"></head><body dir="auto"></body></html>`
}

export interface Cleaned {
  body: DocumentFragment
  blocked: number // pictures that lie elsewhere
}

/** The mail's body: cid: pictures point at our attachments, remote ones are taken out unless they are wanted. */
export function cleaned(message: Message, images: boolean): Cleaned {
  const body = DOMPurify.sanitize(message.html ?? '', {
    RETURN_DOM_FRAGMENT: true,
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'select',
      'textarea',
      'iframe',
      'object',
      'audio',
      'video',
      'link',
    ],
    ADD_ATTR: ['target'],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel|cid|data|blob):|^\/api\//i,
  })
  let blocked = 0
  for (const img of body.querySelectorAll('img')) {
    const src = img.getAttribute('src') ?? ''
    img.removeAttribute('srcset')
    if (/^cid:/i.test(src)) {
      const cid = decodeURIComponent(src.slice(4)).replace(/^<|>$/g, '')
      const file = message.attachments?.find((a) => a.cid === cid)
      if (file) img.src = `/api/attachments/${file.id}`
      else img.remove()
    } else if (/^(https?:)?\/\//i.test(src) && !images) {
      blocked++
      img.removeAttribute('src')
      if (img.alt) img.replaceWith(img.alt)
      else img.remove()
    }
  }
  for (const a of body.querySelectorAll('a')) {
    a.target = '_blank'
    a.rel = 'noopener noreferrer'
  }
  return { body, blocked }
}

const fence = `
  html, body { margin: 0; padding: 0; overflow: hidden; background: transparent; }
  body { position: relative; font: 15px/1.55 Inter, ui-sans-serif, system-ui, sans-serif; overflow-wrap: anywhere; }
  img { max-width: 100%; height: auto; }
  table { max-width: 100%; }
  pre { white-space: pre-wrap; }
  blockquote { margin: .6em 0; padding-inline-start: 12px; border-inline-start: 2px solid; opacity: .8; }
  a { color: inherit; }
`

/**
 * Puts the mail into its frame. Styles are set through the object model, because the desk's own policy, which the frame
 * inherits, allows no style in markup.
 */
export function painted(doc: Document, body: DocumentFragment, like: CSSStyleDeclaration, paper: boolean): void {
  const view = doc.defaultView as (Window & typeof globalThis) | null
  if (!view) return
  const sheet = new view.CSSStyleSheet()
  sheet.replaceSync(fence)
  doc.adoptedStyleSheets = [sheet]
  doc.documentElement.style.colorScheme = paper ? 'light' : like.colorScheme
  doc.body.style.color = like.color
  if (paper) doc.body.style.padding = '12px 16px'
  doc.body.replaceChildren(doc.importNode(body, true))
  for (const element of doc.body.querySelectorAll<HTMLElement>('[style]')) {
    element.style.cssText = element.getAttribute('style') ?? ''
    if (/fixed|sticky/.test(element.style.position)) element.style.position = 'static'
  }
}
