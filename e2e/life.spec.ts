/** What becomes of a matter: two become one and two again, a way to go on is offered and refused, one lies aside for a while. */
import { type Page } from '@playwright/test'
import { arrive, axeClean, calm, clock, composer, expect, open, ready, row, said, test, write } from './desk'
import type { Kept } from './kept'
import { customersPage } from './sink'

const marta = { name: 'Marta Oliveira', email: 'marta@customers.test' }

async function mail(kept: Kept, subject: string, text: string) {
  await kept.receive({ from: `${marta.name} <${marta.email}>`, to: kept.inbox, subject, text })
}

const more = (page: Page) => page.locator('.talk-head').getByRole('button', { name: 'More', exact: false }).last()

test('two conversations of one customer become one, and two again by the undo', async ({ kept, desk }) => {
  await mail(kept, 'The line is dead', 'No light since this morning.')
  await mail(kept, 'Still no internet', 'It is me again, about the line.')
  const second = row(desk, marta.name).filter({ hasText: 'It is me again' })
  await expect(row(desk, marta.name)).toHaveCount(2)
  await second.click()
  await ready(desk)

  await more(desk).click()
  await expect(desk.getByRole('menuitem', { name: /^Merge with another/ })).toBeVisible()
  await axeClean(desk, 'the menu of what else can be done')
  await desk.keyboard.press('Escape')

  await more(desk).click()
  await desk.getByRole('menuitem', { name: /^Merge with another/ }).click()
  const dialog = desk.getByRole('dialog', { name: 'Merge with another of theirs…' })
  await expect(dialog.getByLabel('Then “Still no internet” goes on in')).toContainText('The line is dead')
  await axeClean(desk, 'the merge dialog')
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click()

  await expect(said(desk).getByText('It is me again, about the line.')).toBeVisible()
  await expect(said(desk).getByText('No light since this morning.')).toBeVisible()
  await expect(row(desk, marta.name)).toHaveCount(1)
  await desk.getByRole('button', { name: 'Undo' }).click()
  await expect(desk.getByText('They are two conversations again')).toBeVisible()
  await expect(said(desk).getByText('It is me again, about the line.')).toHaveCount(0)
  await arrive(desk, '/inbox/unassigned')
  await expect(row(desk, marta.name)).toHaveCount(2)
})

test('a reply offers a way to go on, and the customer says on their page that it does not help', async ({ kept, desk, browser }) => {
  await mail(kept, 'The line is dead', 'No light since this morning.')
  const theirs = customersPage(await kept.sent.to(marta.email))
  await open(desk, marta.name)
  await write(desk, 'Please use the stick that we sent you last year; it works at once.')
  await composer(desk).getByRole('checkbox', { name: 'This offers a workaround' }).check()
  await axeClean(desk, 'an answer that offers a workaround')
  await composer(desk).getByRole('button', { name: 'Send and wait' }).click()
  await expect(said(desk).getByText('offers a workaround')).toBeVisible()

  const page = await (await browser.newContext({ baseURL: kept.url })).newPage()
  await page.goto(theirs)
  await expect(page.getByText('Please use the stick')).toBeVisible()
  await page.getByRole('link', { name: 'This workaround does not help' }).click()
  await axeClean(page, 'the question whether it does not help')
  await page.getByRole('button', { name: 'No, it doesn’t help' }).click()
  await expect(page.getByRole('status')).toContainText('We look for another way.')
  await page.context().close()

  await expect(said(desk).getByText('Pressed “This workaround does not help”')).toBeVisible()
  await expect(clock(desk)).not.toContainText('Their turn')
})

test('one lies aside until a time, says so, and comes back when it is woken', async ({ kept, desk }) => {
  await mail(kept, 'The line is dead', 'No light since this morning.')
  await open(desk, marta.name)
  const button = desk.locator('.talk-head').getByRole('button', { name: 'Snooze' })
  await button.click()
  await expect(desk.getByRole('menuitem', { name: 'Until they write' })).toBeVisible()
  await axeClean(desk, 'the snooze menu')
  await desk.keyboard.press('Escape')

  await button.click()
  await desk.getByRole('menuitem', { name: 'Another time…' }).click()
  await expect(desk.getByRole('heading', { name: 'Lay it aside until…' })).toBeVisible()
  await axeClean(desk, 'the snooze dialog')
  await desk.keyboard.press('Escape')

  await button.click()
  await desk.getByRole('menuitem', { name: /^In two hours/ }).click()
  await calm(desk)
  const asleep = desk.locator('.talk-head').getByRole('button', { name: 'Snoozed' })
  await expect(asleep).toBeVisible()
  await asleep.click()
  await desk.getByRole('menuitem', { name: 'Back into the list now' }).click()
  await expect(button).toBeVisible()
  expect(kept.log).not.toContain('level=ERROR')
})
