/** Binds every action's keys. Letters do nothing while one writes; Ctrl/⌘ combinations always work. */
import { tinykeys } from 'tinykeys'
import { overlay } from '../store/overlay.svelte'
import { actions, possible, step, type Action } from './actions'

const writing = (e: KeyboardEvent): boolean => {
  const t = e.target as HTMLElement | null
  return !!t && (t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName))
}

const inPopover = (e: KeyboardEvent): boolean =>
  !!document.querySelector(':popover-open, dialog[open]') ||
  !!(e.target as HTMLElement | null)?.closest?.('[popover], dialog')

/** Keys that need Shift on some keyboards come as the character itself. */
const shifted: { [key: string]: string } = { '?': 'Shift+?', '!': 'Shift+!', '/': 'Shift+/' }

export function bindKeys(): () => void {
  const bindings: { [keys: string]: (e: KeyboardEvent) => void } = {}
  for (const action of actions) {
    if (!action.keys) continue
    const run = pressed(action)
    bindings[action.keys] = run
    const other = shifted[action.keys]
    if (other) bindings[other] = run
  }
  const arrows = (by: 1 | -1) => (e: KeyboardEvent) => {
    if (!(e.target as HTMLElement | null)?.closest?.('.list')) return
    e.preventDefault()
    step(by)
  }
  bindings.ArrowDown = arrows(1)
  bindings.ArrowUp = arrows(-1)
  return tinykeys(window, bindings)
}

function pressed(action: Action) {
  const always = action.keys!.startsWith('$mod')
  return (e: KeyboardEvent): void => {
    if (e.defaultPrevented || overlay.shown || inPopover(e)) return
    if (!always && writing(e)) return
    if (!possible(action)) return
    e.preventDefault()
    action.run()
  }
}
