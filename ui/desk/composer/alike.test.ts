import { beforeAll, describe, expect, it } from 'vitest'
import type { Promised } from '../api/words'
import { speak } from '../words/say.svelte'
import { alike, givenAgain } from './alike'

beforeAll(() => speak('en'))

describe('a word that is given again', () => {
  it.each([
    ['The refund', 'the refund.', true],
    ['The refund', 'Your refund', false], // one word of two may be anything
    ['We call you with the result', 'We’ll call you with the result', true],
    ['We call you with the technician’s answer', 'We call you with the technician’s result', true],
    ['Der Techniker kommt', 'Der Techniker kommt zu Ihnen', true],
    ['Rückerstattung', 'ruckerstattung', true],
    ['The refund', 'The technician comes', false],
    ['We call you', 'We call you with the price of a new router and its delivery', false],
    ['', 'The refund', false],
    ['払い戻し', '払い戻し', true],
  ])('“%s” and “%s”: %s', (a, b, same) => {
    expect(alike(a, b)).toBe(same)
    expect(alike(b, a)).toBe(same)
  })

  it('is found among what stands until it is done, the one due first', () => {
    const promise = (id: number, more: Partial<Promised>) =>
      ({ id, kind: 'custom', state: 'open', words: 'The refund', due: '2026-05-20T09:00:00Z', ...more }) as Promised
    const all = [
      promise(1, { state: 'kept', due: '2026-05-18T09:00:00Z' }),
      promise(2, {}),
      promise(3, { due: '2026-05-19T09:00:00Z' }),
      promise(4, { kind: 'update', due: '2026-05-18T09:00:00Z' }),
    ]
    expect(givenAgain('The refund', all)?.id).toBe(3)
    expect(givenAgain('The engineer comes', all)).toBeUndefined()
    expect(givenAgain('', all)).toBeUndefined()
  })
})
