/**
 * HTML of our own composer as nodes: only the tags it writes, only the addresses a person can follow. Nothing is copied;
 * what isn't known is left out and its words stay. (The server cleaned it before; mails of others go into a frame.)
 */
const known = new Set('P BR STRONG B EM I U S A UL OL LI BLOCKQUOTE PRE CODE H1 H2 H3 H4 HR DIV SPAN'.split(' '))
const dropped = new Set('SCRIPT STYLE TEMPLATE IFRAME OBJECT NOSCRIPT TITLE TEXTAREA'.split(' '))

export function builtAnew(html: string): DocumentFragment {
  const fragment = document.createDocumentFragment()
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  build(body, fragment)
  return fragment
}

function build(from: Node, into: Node): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.appendChild(document.createTextNode(node.textContent ?? ''))
    else if (node instanceof Element && !dropped.has(node.tagName.toUpperCase())) {
      if (known.has(node.tagName)) into.appendChild(element(node))
      else build(node, into)
    }
  }
}

function element(node: Element): HTMLElement {
  const made = document.createElement(node.tagName)
  if (made instanceof HTMLAnchorElement) {
    const href = node.getAttribute('href') ?? ''
    if (/^(https?:|mailto:|tel:)/i.test(href)) {
      made.href = href
      made.target = '_blank'
      made.rel = 'noopener noreferrer'
    }
  }
  build(node, made)
  return made
}
