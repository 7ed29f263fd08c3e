/** Where in the desk we are: a small router on the History API. A back is always a real one. */

export const lists = ['mine', 'unassigned', 'team', 'open', 'pending', 'solved', 'snoozed', 'closed', 'spam'] as const
export type List = (typeof lists)[number]

export type Screen =
  | { name: 'inbox'; list: List; conversation?: number }
  | { name: 'search'; words: string; conversation?: number }
  | { name: 'next'; after?: number }
  | { name: 'promises'; whose: 'mine' | 'team' | 'all'; calibration: boolean }
  | { name: 'asks'; ask?: number | undefined }
  | { name: 'day'; view: 'mine' | 'teams' }
  | { name: 'outbox' }
  | { name: 'page'; id: number }
  | { name: 'admin'; section: string; part?: string }
  | { name: 'sign-in'; token: string | null }
  | { name: 'setup' }
  | { name: 'nowhere' }

/** Reads a path of ours: without words it is the agent's own list, and one that isn't known says so. */
export function screenOf(url: URL): Screen {
  const [first, second, third] = url.pathname.split('/').filter(Boolean)
  const id = (text: string | undefined) => (text && /^\d+$/.test(text) ? Number(text) : undefined)
  switch (first) {
    case undefined:
      return { name: 'inbox', list: 'mine' }
    case 'inbox': {
      const list = lists.find((l) => l === (second ?? 'mine'))
      if (!list) break
      const conversation = id(third)
      return conversation ? { name: 'inbox', list, conversation } : { name: 'inbox', list }
    }
    case 'search': {
      const words = url.searchParams.get('q') ?? ''
      const conversation = id(second)
      return conversation ? { name: 'search', words, conversation } : { name: 'search', words }
    }
    case 'next':
      return { name: 'next' }
    case 'promises': {
      const whose = url.searchParams.get('whose')
      return {
        name: 'promises',
        whose: whose === 'team' || whose === 'all' ? whose : 'mine',
        calibration: second === 'calibration',
      }
    }
    case 'asks':
      return { name: 'asks', ask: id(second) }
    case 'day':
      return { name: 'day', view: second === 'teams' ? 'teams' : 'mine' }
    case 'outbox':
      return { name: 'outbox' }
    case 'page':
      return { name: 'page', id: id(second) ?? 0 }
    case 'admin':
      return { name: 'admin', section: second ?? 'organization', part: third }
    case 'sign-in':
      return { name: 'sign-in', token: url.searchParams.get('token') }
    case 'setup':
      return { name: 'setup' }
  }
  return { name: 'nowhere' }
}

/** The path of a conversation in the list or search that is on screen. */
export function pathOf(screen: Screen, conversation?: number): string {
  if (screen.name === 'search')
    return `/search${conversation ? `/${conversation}` : ''}?q=${encodeURIComponent(screen.words)}`
  const list = screen.name === 'inbox' ? screen.list : 'mine'
  return `/inbox/${list}${conversation ? `/${conversation}` : ''}`
}

class Place {
  url = $state.raw(new URL(location.href))
  screen = $derived(screenOf(this.url))
  /** On screens too narrow for all panes: is the contact shown in place of another pane? */
  about = $derived(this.url.searchParams.has('about'))

  /** How many of our own steps lie behind this one: whether a back stays in the desk. */
  get depth(): number {
    return (history.state as { depth?: number } | null)?.depth ?? 0
  }

  start(): void {
    addEventListener('popstate', () => (this.url = new URL(location.href)))
    document.addEventListener('click', (e) => this.#follow(e))
  }

  go(path: string, { replace = false } = {}): void {
    const url = new URL(path, location.href)
    if (url.href === location.href) return
    if (replace) history.replaceState({ depth: this.depth }, '', url)
    else history.pushState({ depth: this.depth + 1 }, '', url)
    this.url = url
  }

  /** Back where we came from; or, if this page was opened directly, to the path above it. */
  back(above: string): void {
    if (this.depth > 0) history.back()
    else this.go(above, { replace: true })
  }

  /** Shows the contact's pane, or goes back from it. */
  turnAbout(): void {
    const url = new URL(this.url)
    if (this.about) {
      url.searchParams.delete('about')
      this.back(url.pathname + url.search)
    } else {
      url.searchParams.set('about', '')
      this.go(url.pathname + url.search)
    }
  }

  /** Links are real links; a plain click on one of ours needs no new page. */
  #follow(e: MouseEvent): void {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
    const link = (e.target as Element | null)?.closest?.('a[href]')
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return
    if (link.origin !== location.origin || /^\/(api|c)\//.test(link.pathname)) return
    e.preventDefault()
    this.go(link.pathname + link.search, { replace: link.hasAttribute('data-replace') })
  }
}

export const place = new Place()
