import { describe, expect, it } from 'vitest'
import { keyCaps } from '../actions/actions'
import { matches } from '../actions/match'
import { bars, toHours, toWindows } from '../admin/week'
import { hueOf, initialsOf } from '../parts/faces'
import { pathOf, screenOf } from '../store/place.svelte'
import { marked } from './snippet'

describe('finding', () => {
  it('marks what was found', () => {
    expect(marked('the \u0001router\u0002 and its \u0001box\u0002')).toEqual([
      { text: 'the ', hit: false },
      { text: 'router', hit: true },
      { text: ' and its ', hit: false },
      { text: 'box', hit: true },
    ])
    expect(marked('plain')).toEqual([{ text: 'plain', hit: false }])
  })

  it('matches beginnings of words, without accents', () => {
    expect(matches('Ewa Brzezińska', 'brzezin')).toBe(true)
    expect(matches('Go to All open', 'op all')).toBe(true)
    expect(matches('Go to All open', 'pen')).toBe(false)
  })

  it('shows keys as they stand on the keyboard', () => {
    expect(keyCaps('$mod+k')).toMatch(/^(Ctrl|⌘) K$/)
    expect(keyCaps('g m')).toBe('G M')
  })
})

describe('places', () => {
  const screen = (path: string) => screenOf(new URL(path, 'https://desk.test'))

  it('says of an address that is none of ours that it leads nowhere', () => {
    for (const path of ['/inboxes', '/inbox/everything', '/foo/7', '/Next']) expect(screen(path).name).toBe('nowhere')
    for (const path of ['/', '/inbox', '/inbox/mine', '/?from=mail'])
      expect(screen(path)).toEqual({ name: 'inbox', list: 'mine' })
  })

  it('are read from their path', () => {
    expect(screen('/inbox/unassigned/12')).toEqual({ name: 'inbox', list: 'unassigned', conversation: 12 })
    expect(screen('/search/12?q=a b')).toEqual({ name: 'search', words: 'a b', conversation: 12 })
    expect(screen('/sign-in?token=x')).toEqual({ name: 'sign-in', token: 'x' })
    expect(screen('/inbox/mine/12x')).toEqual({ name: 'inbox', list: 'mine' })
  })
  it('lead back to where they were read from', () => {
    for (const path of ['/inbox/spam/3', '/inbox/mine', '/search/4?q=a%20b']) {
      const s = screen(path)
      expect(pathOf(s, 'conversation' in s ? s.conversation : undefined)).toBe(path)
    }
  })
})

describe('faces', () => {
  it.each([
    ['Marta Oliveira', 'MO'],
    ['Wilhelmina van der Straeten-Oosterhuis', 'WS'],
    ['Hilda & Pat Mannion', 'HM'],
    ['سمير حدّاد', 'س'],
    ['ewa@example.pl', 'E'],
    ['', '?'],
  ])('%s is %s', (name, initials) => expect(initialsOf(name)).toBe(initials))
  it('keep their colour', () => expect(hueOf('Marta', 4)).toBe(hueOf('Marta', 4)))
})

describe('the week', () => {
  const hours = { mon: { '09:00': '13:00', '14:00': '18:00' }, fri: { '22:00': '06:00' }, sat: { '10:00': '24:00' } }
  it('comes back as it went in', () => {
    const all = { ...hours, tue: {}, wed: {}, thu: {}, sun: {} }
    expect(toHours(toWindows(hours))).toEqual(all)
  })
  it('draws a night over two days', () => {
    const windows = toWindows(hours)
    expect(bars(windows, 'fri')).toEqual([{ from: 1320, to: 1440 }])
    expect(bars(windows, 'sat')).toEqual([
      { from: 0, to: 360 },
      { from: 600, to: 1440 },
    ])
  })
})
