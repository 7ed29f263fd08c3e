/**
 * What the desk says: flat catalogues, one per language, that Go reads too. `say` picks the sentence, fills {names},
 * and picks the plural by the language's own rules where the entry is an object.
 */
import { untrack } from 'svelte'
import type en from '../../../web/catalogue/desk.en.json'
import type more from '../../../web/catalogue/further.en.json'

export type Key = keyof typeof en | keyof typeof more
type Entry = string | { [form: string]: string }
export type Catalogue = { [key: string]: Entry }
export type Values = { [name: string]: string | number }

export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

const loaders: { [L in Language]: () => Promise<{ default: Catalogue }> } = {
  en: () => import('../../../web/catalogue/desk.en.json'),
  de: () => import('../../../web/catalogue/desk.de.json'),
}

/** What only those pieces say that come when they are wanted: it comes with the first of them. */
const furtherLoaders: typeof loaders = {
  en: () => import('../../../web/catalogue/further.en.json'),
  de: () => import('../../../web/catalogue/further.de.json'),
}
let further: Promise<void> | undefined
let furtherIsHere = false

class Tongue {
  language = $state<Language>('en')
  /** The locale of dates and numbers. English here is written as in Ireland and Britain: day, month, 24 hours. */
  locale = $derived(this.language === 'en' ? 'en-GB' : this.language)
  catalogue = $state.raw<Catalogue>({})
  #plurals = $derived(new Intl.PluralRules(this.locale))

  say(key: Key, values: Values = {}): string {
    let entry = this.catalogue[key]
    if (entry === undefined) return key
    if (typeof entry !== 'string') entry = entry[this.#plurals.select(Number(values.n ?? 0))] ?? entry.other ?? key
    return entry.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
  }
}

export const tongue = new Tongue()

/** The sentence for the key in the language that is set. */
export const say = (key: Key, values?: Values): string => tongue.say(key, values)

/** The sentence of a key made from data ("desk.kind." + kind), or the fallback where the catalogue has none. */
export const sayOr = (key: string, fallback: string, values?: Values): string =>
  key in tongue.catalogue ? tongue.say(key as Key, values) : fallback

/** The language that we ship and that is nearest to a BCP 47 tag. */
export function nearest(tag: string | undefined): Language {
  const base = (tag ?? '').toLowerCase().split('-')[0] ?? ''
  return base in languages ? (base as Language) : 'en'
}

/** Loads and sets a language. */
export async function speak(language: Language): Promise<void> {
  const { default: catalogue } = await loaders[language]()
  tongue.catalogue = furtherIsHere ? { ...catalogue, ...(await furtherLoaders[language]()).default } : catalogue
  tongue.language = language
  document.documentElement.lang = language
}

/** Brings the further words, once; a language that is set later brings its own. */
export function speakFurther(): Promise<void> {
  further ??= untrack(bringFurther).catch((e: unknown) => {
    further = undefined // the next one who needs them tries again
    throw e
  })
  return further
}

async function bringFurther(): Promise<void> {
  const { language } = tongue
  const { default: more } = await furtherLoaders[language]()
  furtherIsHere = true
  if (tongue.language === language) tongue.catalogue = { ...tongue.catalogue, ...more }
  else await speak(tongue.language)
}

/** A piece of the desk that comes when it is wanted, and never before its words. */
export async function later<Piece>(piece: Promise<Piece>): Promise<Piece> {
  const [here] = await Promise.all([piece, speakFurther()])
  return here
}
