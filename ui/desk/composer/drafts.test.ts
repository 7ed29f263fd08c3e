import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DraftKeeper, localDraft } from './drafts'

/** A server that saves drafts, or is not there. */
let reachable = true
const saved: string[] = []

beforeEach(() => {
  reachable = true
  saved.length = 0
  localStorage.clear()
  vi.useFakeTimers()
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!reachable) throw new TypeError('network')
    saved.push(
      `${request.method} ${request.method === 'PUT' ? ((await request.json()) as { html: string }).html : ''}`.trim(),
    )
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
