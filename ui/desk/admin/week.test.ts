import { expect, test } from 'vitest'
import { bars, countedAs, fromWindows, stroked } from './week'

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

test('windows that overlap are drawn as the one that they count as', () => {
  const windows = [
    { from: '14:00', to: '18:00' },
    { from: '09:00', to: '15:00' },
    { from: '20:00', to: '22:00' },
  ]
  expect(bars({ mon: windows }, 'mon')).toEqual([
    { from: 540, to: 1080 },
    { from: 1200, to: 1320 },
  ])
  expect(bars({ sun: [{ from: '22:00', to: '06:00' }], mon: [{ from: '05:00', to: '12:00' }] }, 'mon')).toEqual([
    { from: 0, to: 720 },
  ])
  expect(countedAs(windows)).toEqual([
    { from: '09:00', to: '18:00' },
    { from: '20:00', to: '22:00' },
  ])
})

test('windows that only touch, or are no times yet, overlap with nothing', () => {
  expect(countedAs([...day, { from: '17:00', to: '18:00' }, { from: '1', to: '' }])).toBeUndefined()
  expect(countedAs([{ from: '22:00', to: '06:00' }, ...day])).toBeUndefined()
})

test('of two windows that begin together, the longer is kept', () => {
  expect(fromWindows([...day, { from: '9:00', to: '12:00' }])).toEqual({ '09:00': '17:00' })
  expect(countedAs([...day, { from: '9:00', to: '12:00' }])).toEqual(day)
  expect(
    fromWindows([
      { from: '22:00', to: '06:00' },
      { from: '22:00', to: '23:00' },
    ]),
  ).toEqual({ '22:00': '06:00' })
})
