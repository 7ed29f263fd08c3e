/**
 * What every scenario stands on: a desk of its own (`kept`), with an owner and an agent.
 *
 *     import { expect, test } from './desk'
 *     test('a mail shows up without a reload', async ({ kept, page }) => { … })
 */
import AxeBuilder from '@axe-core/playwright'
import { expect, test as bare, type Page } from '@playwright/test'
import { agent, Kept, owner } from './kept'

export { agent, expect, owner }

export const test = bare.extend<{ kept: Kept }>({
  kept: async ({}, use, about) => {
    const kept = await Kept.start([owner, agent])
    try {
      await use(kept)
    } finally {
      if (about.status !== about.expectedStatus) await about.attach('kept serve', { body: kept.log })
      await kept.end()
    }
  },
  baseURL: async ({ kept }, use) => use(kept.url),
})

/** Axe finds nothing on the page as it stands, neither in light nor in dark. */
export async function axeClean(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const faults = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target }) => target.join(' ')) }))
    expect(faults, `axe on ${page.url()}, ${colorScheme}`).toEqual([])
  }
}
