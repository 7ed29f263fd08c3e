/** What somebody new would stumble over: a word that is owed still, one that is given twice, a time that is cut, an address that leads nowhere. */
import { type Page } from '@playwright/test'
import { agent, arrive, axeClean, calm, clock, composer, expect, open, phone, row, sitDown, test, write } from './desk'
import type { Kept } from './kept'
import { customersPage } from './sink'

const marta = { name: 'Marta Oliveira', email: 'marta@customers.test' }

async function mail(kept: Kept, subject = 'Charged twice', text = 'You have charged me twice in May.') {
  await kept.receive({ from: `${marta.name} <${marta.email}>`, to: kept.inbox, subject, text })
}

const panel = (desk: Page) => composer(desk).getByRole('group', { name: 'Next word by…' })

/** Answers with the word that the panel of the next word takes. */
async function promise(desk: Page, words: string, answer: string): Promise<void> {
  await write(desk, answer)
  await nextWord(desk, words)
  await panel(desk).getByRole('button', { name: 'Send, still ours' }).click()
  await expect(panel(desk)).toHaveCount(0)
  await expect(clock(desk)).toContainText(words)
}

async function nextWord(desk: Page, words: string): Promise<void> {
  await composer(desk).getByRole('button', { name: 'Send, still ours: next word by…' }).click()
  await panel(desk).locator('.proposal:not(.wait)').last().click()
  await desk.getByRole('textbox', { name: 'What will they hear by then?' }).fill(words)
}

test('a word that is given again takes the place of the one that stands, or stands beside it', async ({ kept, desk }) => {
  await mail(kept)
  await open(desk, marta.name)
  await promise(desk, 'The refund', 'It was us. It is on its way.')

  await write(desk, 'It takes longer than I thought.')
  await nextWord(desk, 'The refund.')
  const again = desk.getByRole('group', { name: /You gave this word already, for / })
  await expect(again).toBeVisible()
  const times: string[] = []
  for (const chip of await panel(desk).locator('.proposal:not(.wait)').all()) {
    await chip.click()
    times.push(await panel(desk).getByLabel('Or at').inputValue())
  }
  expect(times.length).toBeGreaterThan(2)
  expect(times, 'the times that are offered').toEqual([...times].sort())
  await panel(desk).getByRole('button', { name: 'Send, still ours' }).click()
  await expect(again.getByRole('button', { name: 'Yes, move it' })).toBeFocused() // it was asked, and not answered
  await axeClean(desk, 'the question whether a word is moved')
  await again.getByRole('button', { name: 'Yes, move it' }).click()
  await panel(desk).getByRole('button', { name: 'Send, still ours' }).click()
  await expect(panel(desk)).toHaveCount(0)
  await expect(clock(desk).locator('.others')).toHaveCount(0) // one promise, and not two
})

test('what is still owed after “It works now” stands in the open list with its own words', async ({ kept, desk, browser }) => {
  await mail(kept)
  const theirs = customersPage(await kept.sent.to(marta.email))
  await open(desk, marta.name)
  await promise(desk, 'The refund', 'It was us. Does the line work?')
  await kept.sent.to(marta.email)
  const page = await (await browser.newContext({ javaScriptEnabled: false, baseURL: kept.url })).newPage()
  await page.goto(theirs)
  await page.getByRole('link', { name: 'It works now' }).click()
  await page.getByRole('button', { name: /works/ }).click()
  await page.context().close()
  for (const list of ['open', 'mine', 'solved']) {
    await arrive(desk, `/inbox/${list}`)
    await expect(row(desk, marta.name)).toBeVisible()
    await expect(row(desk, marta.name)).not.toContainText(/check in|ask after/)
  }
  await row(desk, marta.name).click()
  await expect(clock(desk)).toContainText('“The refund”')
  await expect(clock(desk)).not.toContainText('check in')
})

test('what is laid aside beyond its promise says when it comes back', async ({ kept, desk }) => {
  await mail(kept)
  await open(desk, marta.name)
  await desk.locator('.talk-head').getByRole('button', { name: 'Snooze' }).click()
  await desk.getByRole('menuitem', { name: 'Another time…' }).click()
  const dialog = desk.getByRole('dialog', { name: 'Snooze' })
  const late = new Date(Date.now() + 40 * 24 * 3_600_000).toISOString().slice(0, 16)
  await dialog.getByLabel('Until').fill(late)
  await expect(dialog.getByText(/^It comes back .*, before the promise for /)).toBeVisible()
  await axeClean(desk, 'the snooze that is cut')
  await dialog.getByRole('button', { name: 'Snooze' }).click()
  await expect(desk.getByText(/^Marta Oliveira comes back .*, before the promise for /)).toBeVisible()
})

test('an address that leads nowhere says so, and has a way on', async ({ kept, page }) => {
  await page.setViewportSize(phone)
  await sitDown(page, agent, '/inbox/everything')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  await expect(page.getByText('/inbox/everything is no address of this desk.')).toBeVisible()
  await axeClean(page, 'an address that leads nowhere')
  await page.setViewportSize(phone)
  await arrive(page, '/page/999')
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  await page.getByRole('link', { name: 'To my list' }).click()
  await expect(page).toHaveURL(`${kept.url}/inbox/mine`)
  await calm(page)
})
