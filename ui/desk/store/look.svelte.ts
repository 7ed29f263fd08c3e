/** How this browser likes the desk: theme, folded panes. Kept in this browser only. */
export type Theme = 'system' | 'light' | 'dark'

export const remembered = (key: string): string | null => {
  try {
    return localStorage.getItem('kept.' + key)
  } catch {
    return null
  }
}
export const remember = (key: string, value: string): void => {
  try {
    localStorage.setItem('kept.' + key, value)
  } catch {
    // private windows may refuse: the choice then lasts as long as the page
  }
}

class Look {
  theme = $state<Theme>((remembered('theme') as Theme | null) ?? 'system')
  listFolded = $state(remembered('list') === 'folded')
  contextFolded = $state(remembered('context') === 'folded')

  apply(): void {
    const root = document.documentElement
    if (this.theme === 'system') delete root.dataset.theme
    else root.dataset.theme = this.theme
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    remember('theme', theme)
    this.apply()
  }

  foldList(): void {
    this.listFolded = !this.listFolded
    remember('list', this.listFolded ? 'folded' : '')
  }

  foldContext(): void {
    this.contextFolded = !this.contextFolded
    remember('context', this.contextFolded ? 'folded' : '')
  }
}

export const look = new Look()
