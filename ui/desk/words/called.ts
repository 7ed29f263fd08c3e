import { tongue } from './say.svelte'

const titles = /^(dr|prof|mr|mrs|ms|miss|sir|sister|father|fr|rev|councillor|captain)\.?$/i
const particles = /^(de|del|della|der|den|di|da|du|la|le|van|von|zu|zur|ó|ní|nic|mac|bin|al|el)$/i
const plain = /^\p{Lu}\p{Ll}[\p{L}’'-]*$/u

/** One of ours, among ourselves: by the first name, in every language. */
export function ours(name: string): string {
  const words = name.trim().split(/\s+/)
  return words.length < 2 || titles.test(words[0]!) ? name : words[0]!
}

/** How somebody is spoken of in a short sentence: "Marta". What may be a business or a couple is said whole, which is never wrong. */
export function called(name: string, company = ''): string {
  const words = name.trim().split(/\s+/)
  const first = words[0] ?? ''
  if (tongue.language !== 'en' || words.length < 2 || words.length > 3 || titles.test(first)) return name
  if (company && company.toLowerCase().startsWith(name.toLowerCase())) return name
  return plain.test(first) && words.every((word) => plain.test(word) || particles.test(word)) ? first : name
}
