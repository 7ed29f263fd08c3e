import { tongue } from './say.svelte'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** "1.2 MB": a size in the reader's way of writing numbers. */
export function bytes(size: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, size)) / 3)))
  const style = { style: 'unit', unit: units[step]!, unitDisplay: 'short', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(tongue.locale, style).format(size / 1000 ** step)
}
