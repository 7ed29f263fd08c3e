/** Two people at one desk: each sees the other, and nobody answers over somebody's head. */
import type { Page } from '@playwright/test'
import { composer, expect, open, owner, said, sitDown, test as bare, write } from './desk'

/** The owner sits at the same desk, in a browser of her own. */
const test = bare.extend<{ other: Page }>({
  other: async ({ browser, baseURL }, use) => {
    const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await sitDown(page, owner)
    await use(page)
    await context.close()
  },
})

test.beforeEach(async ({ kept }) => {
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await kept.sent.to('marta@customers.test')
})

test('each sees who reads and who writes', async ({ desk, other }) => {
  await open(desk, 'Marta Oliveira')
  await expect(other.locator('section.list')).toContainText('Ben is reading')
  await open(other, 'Marta Oliveira')
  await expect(desk.getByRole('status').filter({ hasText: 'Ada Brandt is reading' })).toBeVisible()
  await write(desk, 'Good morning')
  await expect(other.getByRole('status').filter({ hasText: 'Ben Okafor is writing' })).toBeVisible()

  await desk.keyboard.press('Escape') // out of the words
  await desk.keyboard.press('Escape') // and out of the conversation
  await expect(other.getByRole('status').filter({ hasText: 'Ben Okafor' })).toHaveCount(0)
})

test('a note stands at once in front of the other', async ({ desk, other, kept }) => {
  await open(desk, 'Marta Oliveira')
  await open(other, 'Marta Oliveira')
  await desk.keyboard.press('m')
  await desk.keyboard.type('The street is dark: see the outage board.')
  await desk.keyboard.press('Control+Enter')
  await expect(said(other).getByRole('article').filter({ hasText: 'inside note' })).toContainText('The street is dark')
  expect(kept.sent.all.map(({ raw }) => raw).join(), 'a note leaves by no mail').not.toContain('street')
})

test('answers that cross are held back, with what was said meanwhile', async ({ desk, other, kept }) => {
  await open(desk, 'Marta Oliveira')
  await open(other, 'Marta Oliveira')
  await write(desk, 'Please restart the router.')
  await write(other, 'There is an outage in your street.')
  // What the agent has on the screen is older than what the server knows: as when a line is slow.
  await desk.route('**/api/conversations/*', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()))
  await other.keyboard.press('Control+Enter')
  await expect(said(other).getByRole('article').filter({ hasText: 'outage in your street' })).toContainText('delivered')
  await desk.unroute('**/api/conversations/*')

  await desk.keyboard.press('Control+Enter')
  const crossing = composer(desk).getByRole('alert')
  await expect(crossing).toContainText('Not sent yet: someone was first')
  await expect(crossing).toContainText('There is an outage in your street.')
  await expect(composer(desk).getByRole('textbox')).toHaveText('Please restart the router.')
  expect((await kept.sent.to('marta@customers.test')).text).toContain('outage')

  await crossing.getByRole('button', { name: 'Send anyway' }).click()
  await expect(said(desk)).toContainText('Please restart the router.')
  expect((await kept.sent.to('marta@customers.test')).text).toContain('Please restart the router.')
})
