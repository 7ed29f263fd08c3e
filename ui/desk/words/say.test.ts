import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import moreDe from '../../../web/catalogue/further.de.json'
import moreEn from '../../../web/catalogue/further.en.json'
import de from '../../../web/catalogue/desk.de.json'
import en from '../../../web/catalogue/desk.en.json'
import { bytes } from './bytes'
import { nearest, say, sayOr, speak, type Catalogue } from './say.svelte'

const names = (entry: string | object) => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort()

describe('the catalogues', () => {
  const [english, german] = [{ ...en, ...moreEn } as Catalogue, { ...de, ...moreDe } as Catalogue]

  it('say each thing in one of them', () => {
    expect(Object.keys(moreEn).filter((key) => key in en)).toEqual([])
  })

  it('say the same things in every language', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort())
  })

  it('use the same names and plural forms in every language', () => {
    for (const [key, entry] of Object.entries(english)) {
      expect(names(german[key]!), key).toEqual(names(entry))
      expect(typeof german[key], key).toBe(typeof entry)
      if (typeof entry === 'object') expect(Object.keys(entry), key).toEqual(['one', 'other'])
    }
  })

  it('leave nothing empty, and hold only the desk’s keys', () => {
    for (const catalogue of [english, german])
      for (const [key, entry] of Object.entries(catalogue)) {
        expect(key).toMatch(/^desk\./)
        for (const text of typeof entry === 'string' ? [entry] : Object.values(entry))
          expect(text.trim(), key).not.toBe('')
      }
  })

  it('hold every key that the screens name', () => {
    const files = readdirSync(join(process.cwd(), 'desk'), { recursive: true, encoding: 'utf8' })
    const used = files
      .filter((f) => /\.(svelte|ts)$/.test(f) && !/\.test\.ts$/.test(f))
      .flatMap((f) => readFileSync(join(process.cwd(), 'desk', f), 'utf8').match(/'desk\.[a-z0-9_.]+[a-z0-9_]'/g) ?? [])
    expect(used.length).toBeGreaterThan(200)
    for (const key of used) expect(english, key).toHaveProperty([key.slice(1, -1)])
  })
})

describe('saying', () => {
  beforeAll(() => speak('en'))

  it('fills names in, and leaves what it does not know', () => {
    expect(say('desk.talk.told', { when: 'today 9:12' })).toBe('Told today 9:12.')
    expect(say('desk.talk.told')).toBe('Told {when}.')
  })

  it('picks the plural by number', () => {
    expect(say('desk.row.chased', { n: 1 })).toBe('Chased')
    expect(say('desk.row.chased', { n: 3 })).toBe('Chased 3 times')
  })

  it('falls back for keys made from data', () => {
    expect(sayOr('desk.promise.reply', '')).toBe('We answer.')
    expect(sayOr('desk.promise.unheard_of', 'else')).toBe('else')
  })

  it('finds the nearest language that is shipped', () => {
    expect(nearest('de-AT')).toBe('de')
    expect(nearest('pt-BR')).toBe('en')
    expect(nearest(undefined)).toBe('en')
  })

  it('writes sizes as people do', () => {
    expect(bytes(182_300)).toBe('182.3 kB')
    expect(bytes(0)).toBe('0 byte')
  })
})
