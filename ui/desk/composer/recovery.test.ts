import { expect, it } from 'vitest'
import type { Promised } from '../api/words'
import { namedIn } from './recovery'

const now = Date.parse('2026-05-18T14:20:00Z')
const promised = (kind: Promised['kind'], state: Promised['state'], due: string) =>
  ({ id: 1, kind, state, due }) as Promised

it('takes the open word that the prepared words name, which is the one due first', () => {
  const promises = [
    promised('reply', 'broken', '2026-05-18T11:00:00Z'),
    promised('resolution', 'open', '2026-05-18T14:40:00Z'),
    promised('update', 'open', '2026-05-18T17:00:00Z'),
    promised('update', 'open', '2026-05-18T15:20:00Z'),
  ]
  expect(namedIn(promises, now)).toEqual({ words: '', due: Date.parse('2026-05-18T15:20:00Z') })
})

it('names none that has passed, and none where none is open', () => {
  expect(namedIn([promised('update', 'open', '2026-05-18T14:00:00Z')], now)).toBeUndefined()
  expect(namedIn([promised('reply', 'kept', '2026-05-18T15:00:00Z')], now)).toBeUndefined()
})
