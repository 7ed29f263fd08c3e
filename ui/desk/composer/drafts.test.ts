import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { draftOf, DraftKeeper, localDraft } from './drafts'

/** A server that saves drafts, or is not there. */
let reachable = true
const saved: string[] = []
const bodies: unknown[] = []

beforeEach(() => {
  reachable = true
  saved.length = 0
  localStorage.clear()
  vi.useFakeTimers()
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!reachable) throw new TypeError('network')
    if (request.method === 'PUT') bodies.push(await request.json())
    saved.push(`${request.method} ${request.method === 'PUT' ? (bodies.at(-1) as { html: string }).html : ''}`.trim())
    if (request.method === 'DELETE') return new Response(null, { status: 204 })
    return Response.json({ saved_at: '2026-05-18T13:20:00Z' })
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const keeper = () => new DraftKeeper(1, 4, () => {})

describe('a draft', () => {
  it('is in this browser at once, and on the server at the next pause', async () => {
    const k = keeper()
    k.changed({ html: '<p>Dear</p>', note: false })
    k.changed({ html: '<p>Dear Marta</p>', note: false })
    expect(localDraft(1, 4)?.html).toBe('<p>Dear Marta</p>')
    expect(saved).toEqual([])
    await vi.advanceTimersByTimeAsync(1000)
    expect(saved).toEqual(['PUT <p>Dear Marta</p>'])
    expect(localDraft(1, 4)).toBeUndefined()
  })

  it('comes back from the server with the next word that it promises', async () => {
    const next = { words: 'the day they dig', due: Date.parse('2026-05-19T09:00:00Z'), moves: 7 }
    const k = keeper()
    k.changed({ html: '<p>Dear</p>', note: false, next })
    await vi.advanceTimersByTimeAsync(1000)
    const whole = {
      agent: 1,
      conversation: 4,
      saved_at: '2026-05-18T13:20:00Z',
      ...(bodies.at(-1) as { html: string; note: boolean }),
    }
    expect(draftOf(whole)).toEqual({ html: '<p>Dear</p>', note: false, next })
  })

  it('stays in this browser when the plug is pulled', async () => {
    reachable = false
    const k = keeper()
    k.changed({ html: '<p>Dear Marta</p>', note: false })
    await vi.advanceTimersByTimeAsync(1000)
    expect(localDraft(1, 4)).toEqual({ html: '<p>Dear Marta</p>', note: false })
  })

  it('is gone from the server when its words are', async () => {
    const k = keeper()
    k.changed({ html: '', note: false })
    await vi.advanceTimersByTimeAsync(1000)
    expect(saved).toEqual(['DELETE'])
  })

  it('saves nothing any more once its words are about to be sent', async () => {
    const k = keeper()
    k.changed({ html: '<p>Dear Marta</p>', note: false })
    await k.hold()
    await vi.advanceTimersByTimeAsync(1000)
    expect(saved).toEqual([])
    expect(localDraft(1, 4)?.html).toBe('<p>Dear Marta</p>') // until they have gone
  })

  it('is nowhere once it was sent', async () => {
    const k = keeper()
    k.changed({ html: '<p>Dear Marta</p>', note: false })
    await k.done()
    await vi.advanceTimersByTimeAsync(1000)
    expect(localDraft(1, 4)).toBeUndefined()
    expect(saved).toEqual([])
  })

  it('of one conversation is not another’s', () => {
    keeper().changed({ html: '<p>Dear Marta</p>', note: false })
    expect(localDraft(1, 5)).toBeUndefined()
    expect(localDraft(2, 4)).toBeUndefined()
  })
})
