/** Every action of the desk, on one page: the palette, the keys and the sheet of shortcuts all read this list. */
import type { Full, Priority } from '../api/words'
import { pens } from '../composer/at-hand'
import { focusMode } from '../next/focus-mode'
import type { IconName } from '../parts/icons'
import { conversations } from '../store/conversations.svelte'
import { inbox } from '../store/list.svelte'
import { look } from '../store/look.svelte'
import { here } from '../store/me.svelte'
import { overlay } from '../store/overlay.svelte'
import { lists, pathOf, place } from '../store/place.svelte'
import { signOut } from '../store/session'
import { change, mergeable, take } from '../talk/changing'
import { say, type Key } from '../words/say.svelte'

export interface Action {
  id: string
  label: () => string
  icon: IconName
  keys?: string // as tinykeys reads them
  group: 'go' | 'talk' | 'write' | 'desk'
  when?: () => boolean
  run: () => void
}

/** The conversation in hand, where there is one. */
export function inHand(): Full | undefined {
  const { screen } = place
  const id = screen.name === 'inbox' || screen.name === 'search' ? screen.conversation : undefined
  return id === undefined ? undefined : conversations.full.get(id)
}

const has = () => inHand() !== undefined
const menu = (id: string) => document.getElementById(id)?.showPopover()
const inList = () => place.screen.name === 'inbox'

/** The next or the one before in the list on screen. */
export function step(by: 1 | -1): void {
  const { screen } = place
  if (screen.name !== 'inbox') return
  const { ids } = inbox.of(screen.list)
  const at = screen.conversation === undefined ? (by > 0 ? -1 : ids.length) : ids.indexOf(screen.conversation)
  const id = ids[at + by]
  if (id === undefined) return
  place.go(pathOf(screen, id), { replace: screen.conversation !== undefined })
  const focused = document.activeElement?.closest('.list')
  if (focused) requestAnimationFrame(() => focused.querySelector<HTMLElement>('.row[aria-current]')?.focus())
  const after = ids[at + 2 * by]
  if (after !== undefined) conversations.prefetch(after)
}

function up(): void {
  const { screen } = place
  if (screen.name === 'next') place.back('/inbox/mine')
  else if (screen.name === 'inbox' && screen.conversation !== undefined) place.back(pathOf({ ...screen }))
  else if (screen.name === 'search') place.back('/inbox/mine')
}

const priority = (p: Priority): Action => ({
  id: `priority-${p}`,
  label: () => say(`desk.act.priority.${p}` as Key),
  icon: 'flag',
  group: 'talk',
  when: has,
  run: () => void change(inHand()!, { priority: p }),
})

const goKeys: { [list: string]: string } = {
  mine: 'g m',
  unassigned: 'g u',
  team: 'g t',
  open: 'g o',
  pending: 'g p',
  solved: 'g s',
  snoozed: 'g z',
}

export const actions: Action[] = [
  { id: 'next', label: () => say('desk.act.next'), icon: 'next', keys: 'n', group: 'go', run: () => place.go('/next') },
  { id: 'day', label: () => say('desk.act.day'), icon: 'day', keys: 'd', group: 'go', run: () => place.go('/day') },
  {
    id: 'day-teams',
    label: () => say('desk.act.day_teams'),
    icon: 'people',
    group: 'go',
    when: () => (here.me?.may ?? []).includes('day-of-teams'),
    run: () => place.go('/day/teams'),
  },
  {
    id: 'search',
    label: () => say('desk.act.search'),
    icon: 'search',
    keys: '/',
    group: 'go',
    run: () => place.go('/search'),
  },
  ...lists.map((list): Action => {
    const action: Action = {
      id: `list-${list}`,
      label: () => say('desk.act.list', { name: say(`desk.inbox.${list}` as Key) }),
      icon: 'inbox',
      group: 'go',
      run: () => place.go(`/inbox/${list}`),
    }
    if (list === 'team') action.when = () => here.inTeam
    return goKeys[list] ? { ...action, keys: goKeys[list] } : action
  }),
  {
    id: 'promises',
    label: () => say('desk.act.promises'),
    icon: 'clock',
    keys: 'b',
    group: 'go',
    run: () => place.go('/promises'),
  },
  {
    id: 'below',
    label: () => say('desk.act.below'),
    icon: 'down',
    keys: 'j',
    group: 'go',
    when: inList,
    run: () => step(1),
  },
  {
    id: 'above',
    label: () => say('desk.act.above'),
    icon: 'down',
    keys: 'k',
    group: 'go',
    when: inList,
    run: () => step(-1),
  },
  { id: 'up', label: () => say('desk.act.up'), icon: 'back', keys: 'Escape', group: 'go', run: up },
  {
    id: 'asks',
    label: () => say('desk.act.asks'),
    icon: 'ask',
    keys: 'g a',
    group: 'go',
    run: () => place.go('/asks'),
  },
  {
    id: 'outbox',
    label: () => say('desk.act.outbox'),
    icon: 'outbox',
    group: 'go',
    when: () => here.hasOutbox,
    run: () => place.go('/outbox'),
  },
  {
    id: 'admin',
    label: () => say('desk.act.admin'),
    icon: 'settings',
    group: 'go',
    when: () => here.isAdmin,
    run: () => place.go('/admin/organization'),
  },

  {
    id: 'answer',
    label: () => say('desk.act.answer'),
    icon: 'mail',
    keys: 'r',
    group: 'write',
    when: () => !!pens.at,
    run: () => pens.at?.compose(false),
  },
  {
    id: 'note',
    label: () => say('desk.act.note'),
    icon: 'note',
    keys: 'm',
    group: 'write',
    when: () => !!pens.at,
    run: () => pens.at?.compose(true),
  },
  {
    id: 'send',
    label: () => say('desk.act.send'),
    icon: 'check',
    keys: '$mod+Enter',
    group: 'write',
    when: () => !!pens.at,
    run: () => pens.at?.send(),
  },
  {
    id: 'compose',
    label: () => say('desk.act.compose'),
    icon: 'plus',
    keys: 'c',
    group: 'write',
    run: () => overlay.open('compose'),
  },
  {
    id: 'new-call',
    label: () => say('desk.act.new_call'),
    icon: 'phone',
    group: 'write',
    run: () => overlay.open('new-call'),
  },
  {
    id: 'pass',
    label: () => say('desk.next.pass'),
    icon: 'pass',
    keys: 'x',
    group: 'write',
    when: () => !!focusMode.at,
    run: () => focusMode.at?.pass(),
  },

  {
    id: 'take',
    label: () => say('desk.act.take'),
    icon: 'person',
    keys: 'i',
    group: 'talk',
    when: has,
    run: () => void take(inHand()!),
  },
  {
    id: 'assign',
    label: () => say('desk.act.assign'),
    icon: 'assign',
    keys: 'a',
    group: 'talk',
    when: has,
    run: () => menu('assign'),
  },
  {
    id: 'snooze',
    label: () => say('desk.act.snooze'),
    icon: 'snooze',
    keys: 's',
    group: 'talk',
    when: has,
    run: () => menu('snooze'),
  },
  {
    id: 'promise',
    label: () => say('desk.act.promise'),
    icon: 'clock',
    keys: 'p',
    group: 'talk',
    when: has,
    run: () => overlay.open('promise'),
  },
  {
    id: 'call',
    label: () => say('desk.act.call'),
    icon: 'phone',
    keys: 'l',
    group: 'talk',
    when: has,
    run: () => overlay.open('call'),
  },
  {
    id: 'ask',
    label: () => say('desk.ask.new'),
    icon: 'ask',
    keys: 'q',
    group: 'talk',
    when: () => has() || place.screen.name === 'asks',
    run: () => overlay.open('ask'),
  },
  {
    id: 'more',
    label: () => say('desk.act.more'),
    icon: 'more',
    keys: '.',
    group: 'talk',
    when: has,
    run: () => menu('more'),
  },
  {
    id: 'solve',
    label: () => say('desk.act.solve'),
    icon: 'solve',
    keys: 'e',
    group: 'talk',
    when: has,
    run: () => void change(inHand()!, { status: 'solved' }),
  },
  {
    id: 'reopen',
    label: () => say('desk.act.reopen'),
    icon: 'inbox',
    keys: 'o',
    group: 'talk',
    when: has,
    run: () => void change(inHand()!, { status: 'open' }),
  },
  {
    id: 'merge',
    label: () => say('desk.act.merge'),
    icon: 'link',
    group: 'talk',
    when: () => mergeable(inHand()),
    run: () => overlay.open('merge'),
  },
  {
    id: 'spam',
    label: () => say('desk.act.spam'),
    icon: 'spam',
    keys: '!',
    group: 'talk',
    when: has,
    run: () => void change(inHand()!, { status: 'spam' }),
  },
  priority('urgent'),
  priority('high'),
  priority('normal'),
  priority('low'),

  {
    id: 'palette',
    label: () => say('desk.act.palette'),
    icon: 'keyboard',
    keys: '$mod+k',
    group: 'desk',
    run: () => overlay.open('palette'),
  },
  {
    id: 'keys',
    label: () => say('desk.act.keys'),
    icon: 'keyboard',
    keys: '?',
    group: 'desk',
    run: () => overlay.open('keys'),
  },
  {
    id: 'fold-list',
    label: () => say('desk.act.fold_list'),
    icon: 'panel',
    keys: '[',
    group: 'desk',
    run: () => look.foldList(),
  },
  {
    id: 'fold-context',
    label: () => say('desk.act.fold_context'),
    icon: 'pane',
    keys: ']',
    group: 'desk',
    run: () => look.foldContext(),
  },
  {
    id: 'theme-light',
    label: () => say('desk.act.theme.light'),
    icon: 'theme',
    group: 'desk',
    run: () => look.setTheme('light'),
  },
  {
    id: 'theme-dark',
    label: () => say('desk.act.theme.dark'),
    icon: 'theme',
    group: 'desk',
    run: () => look.setTheme('dark'),
  },
  {
    id: 'theme-system',
    label: () => say('desk.act.theme.system'),
    icon: 'theme',
    group: 'desk',
    run: () => look.setTheme('system'),
  },
  { id: 'sign-out', label: () => say('desk.act.sign_out'), icon: 'door', group: 'desk', run: () => void signOut() },
]

/** Can it be done here and now? */
export const possible = (action: Action): boolean => !action.when || action.when()

const mac = /Mac|iP(hone|ad)/.test(navigator.platform)

/** Keys as they stand on the keyboard: "Ctrl K", "G M". */
export const keyCaps = (keys: string): string =>
  keys
    .replace('$mod', mac ? '⌘' : 'Ctrl')
    .replace('Escape', 'Esc')
    .split(/[+ ]/)
    .map((k) => (k.length === 1 ? k.toUpperCase() : k))
    .join(' ')
