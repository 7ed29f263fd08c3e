/**
 * What every scenario stands on: a desk of its own (`kept`), with an owner and an agent, and a browser in which the
 * agent sits at it (`desk`).
 *
 *     import { expect, test } from './desk'
 *     test('a mail shows up without a reload', async ({ kept, desk }) => { … })
 */
import AxeBuilder from '@axe-core/playwright'
import { expect, test as bare, type Locator, type Page } from '@playwright/test'
import { agent, Kept, owner, type Agent } from './kept'

export { agent, expect, owner }

export const desktop = { width: 1440, height: 900 }
export const phone = { width: 360, height: 740 }

export const test = bare.extend<{ kept: Kept; desk: Page }>({
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
  viewport: desktop,
  page: async ({ page }, use, about) => {
    const faults: string[] = []
    page.on('pageerror', (fault) => faults.push(fault.stack ?? fault.message))
    page.on('console', (line) => /Content Security Policy/.test(line.text()) && faults.push(line.text()))
    await use(page)
    if (faults.length > 0 && about.status !== about.expectedStatus) await about.attach('page errors', { body: faults.join('\n\n') })
    else expect(faults, 'errors of the page').toEqual([])
  },
  desk: async ({ page }, use) => {
    await sitDown(page, agent)
    await use(page)
  },
})

/** Signs in without the door, which has a scenario of its own, and waits until the desk listens to the live stream. */
export async function sitDown(page: Page, who: Agent, at = '/inbox/unassigned'): Promise<void> {
  const answer = await page.request.post('/api/session', { data: { email: who.email, password: who.password } })
  expect(answer.status(), 'signed in').toBe(200)
  await arrive(page, at)
}

/** Opens a screen of the desk; resolved once the desk would hear what happens from now on. */
export async function arrive(page: Page, at: string): Promise<void> {
  const listening = page.waitForResponse((response) => response.url().endsWith('/api/events'))
  await page.goto(at)
  await listening
  await calm(page)
}

/** Everything asked for has come. */
export async function calm(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
}

/** The line of the list that names this person. */
export function row(page: Page, name: string): Locator {
  return page.locator('section.list').getByRole('link', { name })
}

/** Whose word stands next in the conversation in hand, and when. */
export function clock(page: Page): Locator {
  return page.locator('.talk-head')
}

/** What was said, as it stands on the screen. */
export function said(page: Page): Locator {
  return page.getByRole('region', { name: 'What was said' })
}

/** Where the answer is written. */
export function composer(page: Page): Locator {
  return page.getByRole('region', { name: 'Your answer' })
}

/** Opens the conversation with this person by a click, ready to be answered. */
export async function open(page: Page, name: string): Promise<void> {
  await row(page, name).click()
  await ready(page)
}

/** The conversation stands there, and the editor has come. */
export async function ready(page: Page): Promise<void> {
  await expect(composer(page).locator('[contenteditable]')).toBeVisible()
  await calm(page)
}

/** Puts words into the composer, as typing does. */
export async function write(page: Page, words: string): Promise<void> {
  await composer(page).locator('[contenteditable]').click()
  await page.keyboard.type(words)
}

/** The id of the conversation in hand, from the address. */
export function idInHand(page: Page): number {
  return Number(/\/(\d+)/.exec(new URL(page.url()).pathname)?.[1])
}

/** What a dark room can change; everything else is the same tree in both. */
const colours = ['color-contrast', 'link-in-text-block']

/** Axe finds nothing on the screen as it stands: at a desk and in a hand, in light and in dark. */
export async function axeClean(page: Page, what: string, sizes = [desktop, phone]): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const axe = new AxeBuilder({ page }).setLegacyMode() // in the page itself: no second page for every look
      if (colorScheme === 'dark') axe.withRules(colours)
      const { violations } = await axe.analyze()
      const faults = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target }) => target.join(' ')) }))
      expect.soft(faults, `${what}, ${size.width} px, ${colorScheme}`).toEqual([])
    }
  }
  await page.setViewportSize(desktop)
}
