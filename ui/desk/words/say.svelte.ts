/**
 * What the desk says: flat catalogues, one per language, that Go reads too. `say` picks the sentence, fills {names},
 * and picks the plural by the language's own rules where the entry is an object.
 */
import type admin from '../../../web/catalogue/admin.en.json'
import type en from '../../../web/catalogue/desk.en.json'

export type Key = keyof typeof en | keyof typeof admin
type Entry = string | { [form: string]: string }
export type Catalogue = { [key: string]: Entry }
export type Values = { [name: string]: string | number }

export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

const loaders: { [L in Language]: () => Promise<{ default: Catalogue }> } = {
  en: () => import('../../../web/catalogue/desk.en.json'),
  de: () => import('../../../web/catalogue/desk.de.json'),
}

/** What only the admin's screens and some details say: it comes when it is first needed. */
const furtherLoaders: typeof loaders = {
  en: () => import('../../../web/catalogue/admin.en.json'),
  de: () => import('../../../web/catalogue/admin.de.json'),
}
let further = false

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
  tongue.catalogue = further ? { ...catalogue, ...(await furtherLoaders[language]()).default } : catalogue
  tongue.language = language
  document.documentElement.lang = language
}

/** Brings the further words, once; a language that is set later brings its own. */
export async function speakFurther(): Promise<void> {
  if (further) return
  const { default: more } = await furtherLoaders[tongue.language]()
  further = true
  tongue.catalogue = { ...tongue.catalogue, ...more }
}
