/** How this browser likes the desk: theme, folded panes. Kept in this browser only. */
export type Theme = 'system' | 'light' | 'dark'

const read = (key: string): string | null => {
  try {
    return localStorage.getItem('kept.' + key)
  } catch {
    return null
  }
}
const write = (key: string, value: string): void => {
  try {
    localStorage.setItem('kept.' + key, value)
  } catch {
    // private windows may refuse: the choice then lasts as long as the page
  }
}

class Look {
  theme = $state<Theme>((read('theme') as Theme | null) ?? 'system')
  listFolded = $state(read('list') === 'folded')
  contextFolded = $state(read('context') === 'folded')

  apply(): void {
    const root = document.documentElement
    if (this.theme === 'system') delete root.dataset.theme
    else root.dataset.theme = this.theme
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    write('theme', theme)
    this.apply()
  }

  foldList(): void {
    this.listFolded = !this.listFolded
    write('list', this.listFolded ? 'folded' : '')
  }

  foldContext(): void {
    this.contextFolded = !this.contextFolded
    write('context', this.contextFolded ? 'folded' : '')
  }
}

export const look = new Look()
