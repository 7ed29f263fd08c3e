import { afterEach, expect, it, vi } from 'vitest'
import type { Full } from '../api/words'
import { conversations } from './conversations.svelte'

const talk = (more: Partial<Full> = {}) => ({ id: 4, status: 'open', turn: 0, priority: 'normal', ...more }) as Full
const draft = (html: string) => ({ agent: 1, conversation: 4, html, note: false, saved_at: '2026-05-18T13:20:00Z' })

/** A server that answers when it is told to. */
function slow(status = 200) {
  let answer = (_: unknown) => {}
  const body = new Promise((done) => (answer = done))
  vi.stubGlobal('fetch', async () => Response.json(await body, { status }))
  return answer
}
afterEach(() => vi.unstubAllGlobals())

it('shows the draft that was saved while an older answer was on its way', async () => {
  for (const ask of [() => conversations.open(4), () => conversations.change(4, { priority: 'high' })]) {
    conversations.take(talk())
    const answer = slow()
    const asked = ask()
    conversations.drafted(4, draft('<p>Dear'))
    answer(talk())
    expect((await asked).draft?.html).toBe('<p>Dear')
  }
})

it('shows none that was sent while an older answer was on its way', async () => {
  conversations.take(talk({ draft: draft('<p>Dear') }))
  const answer = slow()
  const asked = conversations.open(4)
  conversations.drafted(4, undefined)
  answer(talk({ draft: draft('<p>Dear') }))
  expect((await asked).draft).toBeUndefined()
})

it('takes back only its own change when the server refuses it', async () => {
  conversations.take(talk({ subject: 'No line' }))
  const answer = slow(422)
  const asked = conversations.change(4, { priority: 'urgent' })
  expect(conversations.full.get(4)?.priority).toBe('urgent')
  conversations.take(talk({ priority: 'urgent', subject: 'The line is back', draft: draft('<p>Dear') }))
  answer({ status: 422, detail: 'no' })
  await expect(asked).rejects.toThrow()
  expect(conversations.full.get(4)).toMatchObject({
    priority: 'normal',
    subject: 'The line is back',
    draft: { html: '<p>Dear' },
  })
})
