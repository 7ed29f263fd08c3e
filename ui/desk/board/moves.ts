/** Where a promise of the board leads, and how it is taken to another time. */
import type { BoardItem } from '../api/words'
import { here } from '../store/me.svelte'
import { movable, moving } from '../store/moving.svelte'
import { say } from '../words/say.svelte'

/** Whom it was promised. */
export function nameOf(item: BoardItem): string {
  if (item.kind === 'ask' && !item.contact_email)
    return (item.to_agent && here.nameOf(item.to_agent)) || say('desk.board.a_colleague')
  return item.contact_name || item.contact_email || ''
}

/** The conversation, in the list in which it stands. */
export function pathTo(item: BoardItem): string {
  const mine = item.has !== undefined && item.has === here.me?.agent.id
  const list = mine ? 'mine' : item.status && item.status !== 'closed' ? item.status : 'open'
  return `/inbox/${list}/${item.conversation}`
}

/** An ask is settled with whoever asked; a check-in is Kept's own; a senior's word is put off by who leads. */
export const canMove = (item: BoardItem): boolean =>
  !!item.conversation && item.state === 'open' && item.kind !== 'ask' && item.kind !== 'check_in' && !item.seniors

/** Opens the message that a move needs: until it is sent, nothing changes. */
export function moveTo(item: BoardItem, due?: number): void {
  const stays = item.state === 'open' && movable.has(item.kind)
  moving.open({
    conversation: item.conversation,
    path: pathTo(item),
    due,
    ...(stays ? { words: item.words, moves: item.id } : item.state === 'open' ? {} : { words: item.words }),
  })
}
