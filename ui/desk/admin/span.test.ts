import { expect, test } from 'vitest'
import { isSpan, spanOf } from './span'

test('a length of time is read as people write it', () => {
  const read = {
    '4h': '4h',
    '4 h': '4h',
    '30 min': '30m',
    '90 Minuten': '90m',
    '1 day': '1d',
    '2 Tage': '2d',
    ' 3 Std. ': '3h',
    '': '',
  }
  for (const [typed, span] of Object.entries(read)) expect(spanOf(typed), typed).toBe(span)
  expect(isSpan(spanOf('soon'))).toBe(false)
  expect(isSpan('0h')).toBe(false)
})
