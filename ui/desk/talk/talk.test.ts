import { describe, expect, it } from 'vitest'
import { speak } from '../words/say.svelte'
import type { Row } from '../api/words'
import { builtAnew } from './built-anew'
import { inverse, sentence } from './changing'
import { blockedIn, isRich, paragraphs, pieces } from './rich'
import { snoozeTimes, wakesAt } from './snooze'

const html = (text: string) => {
  const box = document.createElement('div')
  box.append(builtAnew(text))
  return box.innerHTML
}

describe('words of our own, built anew', () => {
  it('keep their shape', () => {
    expect(html('<p>Hello <strong>Marta</strong></p><ul><li>one</li></ul>')).toBe(
      '<p>Hello <strong>Marta</strong></p><ul><li>one</li></ul>',
    )
  })

  it.each([
    ['<script>alert(1)</script>x', 'x'],
    ['<p onclick="x()" style="position:fixed" class="a">x</p>', '<p>x</p>'],
    ['<img src=x onerror=alert(1)>x', 'x'],
    ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
    ['<table><tr><td>x</td></tr></table>', 'x'],
  ])('drop what could do harm: %s', (from, to) => expect(html(from)).toBe(to))

  it('keep addresses that a person can follow, in a tab of their own', () => {
    expect(html('<a href="https://kept.test/a">x</a>')).toContain('target="_blank"')
    expect(html('<a href="https://kept.test/a">x</a>')).toContain('rel="noopener noreferrer"')
  })
})

describe('a mail', () => {
  it('is shown as words, unless its shape says something', () => {
    expect(isRich('<p>Hello</p><p><b>there</b></p>')).toBe(false)
    expect(isRich('<div>Hello<img src="a" width="1" height="1"></div>')).toBe(false)
    expect(isRich('<table><tr><td>1</td></tr></table>')).toBe(true)
    expect(isRich('<p>See <img data-src="https://a/b.png" width="400"></p>')).toBe(true)
  })

  it('counts the pictures that were not fetched', () => {
    expect(
      blockedIn('<img data-src="https://a/1"><img src="/api/attachments/1"><img alt="" data-src="https://a/2">'),
    ).toBe(2)
  })

  it('links web addresses, without the sentence’s full stop', () => {
    expect(pieces('See https://kept.test/a?b=1. Thanks')).toEqual([
      { text: 'See ' },
      { text: 'https://kept.test/a?b=1', href: 'https://kept.test/a?b=1' },
      { text: '. Thanks' },
    ])
  })

  it('falls into paragraphs at empty lines', () => {
    expect(paragraphs('a\r\nb\r\n\r\n \r\nc\n')).toEqual(['a\nb', 'c'])
  })
})

describe('changes', () => {
  it('know their way back', () => {
    const row = { status: 'open', priority: 'normal', assignee: 3 } as Row
    expect(inverse(row, { status: 'spam' })).toEqual({ status: 'open' })
    expect(inverse(row, { assignee: 0, priority: 'urgent' })).toEqual({ assignee: 3, priority: 'normal' })
    expect(inverse(row, { snoozed_until: '2026-05-18T15:00:00Z' })).toEqual({ snoozed_until: '' })
  })

  it('say when what is laid aside beyond a promise wakes', async () => {
    await speak('en')
    const [now, due] = [Date.now(), '2099-05-18T15:00:00Z']
    const row = { contact_name: 'Marta', next: { due } } as Row
    const until = (at: string) => ({ snoozed_until: at })
    const cut = sentence(row, until('2099-05-19T08:00:00Z'), { ...row, ...until('2099-05-18T14:30:00Z') })
    expect(cut).toMatch(/^Marta comes back Mon 18 May 2099, .* before the promise for Mon 18 May 2099, .*$/)
    expect(sentence(row, until('2099-05-17T08:00:00Z'), { ...row, ...until('2099-05-17T08:00:00Z') })).not.toContain(
      'before',
    )
    expect(wakesAt(row, Date.parse('2099-05-19T08:00:00Z'), now)).toBe(Date.parse('2099-05-18T14:30:00Z'))
    expect(wakesAt(row, Date.parse('2099-05-18T14:00:00Z'), now)).toBe(Date.parse('2099-05-18T14:00:00Z'))
    expect(wakesAt(row, Date.parse('2099-05-19T08:00:00Z'), Date.parse(due) - 60_000)).toBeUndefined()
  })

  it('offer only times that lie ahead, each once, in order', () => {
    const evening = Date.parse('2026-05-17T20:00:00Z') // Sunday 21:00 in Dublin
    const times = snoozeTimes(evening, 'Europe/Dublin')
    expect(times.map((t) => t.key)).toEqual(['desk.snooze.two_hours', 'desk.snooze.tomorrow'])
    expect(new Date(times[1]!.at).toISOString()).toBe('2026-05-18T08:00:00.000Z')
  })
})
