import { describe, expect, it } from 'vitest'
import type { Entry } from '../api/words'
import { worthALine } from './worth-a-line'

const at = '2026-05-12T10:00:00.000001Z'
const ben = { kind: 'agent', id: 2, name: 'Ben' } as const
const answer = { at, type: 'message', message: { id: 7, author: ben } } as unknown as Entry
const change = (field: string, to: unknown, when = at, actor: object = ben) =>
  ({
    at: when,
    type: 'change',
    event: { id: 9, type: 'conversation.changed', actor, data: { field, from: '', to } },
  }) as unknown as Entry

describe('the timeline', () => {
  it('leaves out what the answer itself says', () => {
    expect(worthALine([answer, change('status', 'pending'), change('assignee', 2)])).toEqual([answer])
  })

  it('says that it was called solved', () => {
    expect(worthALine([answer, change('status', 'solved')])).toHaveLength(2)
  })

  it('says what was done without words, or by somebody else', () => {
    const later = change('assignee', 2, '2026-05-12T10:00:01Z')
    const other = change('status', 'open', at, { kind: 'agent', id: 3, name: 'Ada' })
    expect(worthALine([answer, later, other])).toEqual([answer, later, other])
  })
})
