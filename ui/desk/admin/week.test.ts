import { expect, test } from 'vitest'
import { stroked } from './week'

const day = [{ from: '09:00', to: '17:00' }]

test('a stroke over closed hours opens them, and joins what it touches', () => {
  expect(stroked(day, 17 * 60, 19 * 60, true)).toEqual([{ from: '09:00', to: '19:00' }])
  expect(stroked(day, 18 * 60, 20 * 60, true)).toEqual([...day, { from: '18:00', to: '20:00' }])
})

test('a stroke over open hours closes them', () => {
  expect(stroked(day, 12 * 60, 13 * 60, false)).toEqual([
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '17:00' },
  ])
  expect(stroked(day, 0, 24 * 60, false)).toEqual([])
})

test('a night that runs into the next day stays one', () => {
  expect(stroked([{ from: '22:00', to: '06:00' }], 20 * 60, 22 * 60, true)).toEqual([{ from: '20:00', to: '06:00' }])
  expect(stroked([{ from: '22:00', to: '06:00' }], 22 * 60, 23 * 60, false)).toEqual([{ from: '23:00', to: '06:00' }])
})
