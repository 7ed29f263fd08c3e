/** Asks among ourselves: from a conversation, answered by plain mail, heard live; the customer never learns of it. */
import type { Page } from '@playwright/test'
import { arrive, axeClean, calm, expect, open, owner, phone, sitDown, test } from './desk'
import type { Kept } from './kept'
import { customersPage } from './sink'

const priya = { name: 'Priya Nair', email: 'priya@northlight.test' }

/** Priya of accounting can be asked, and doesn't sign in. */
async function addPriya(kept: Kept, page: Page): Promise<void> {
  const aside = await page.context().browser()!.newContext({ baseURL: kept.url })
  await aside.request.post('/api/session', { data: { email: owner.email, password: owner.password } })
  const added = await aside.request.post('/api/asks/people', { data: priya })
  expect(added.status(), await added.text()).toBe(200)
  await aside.close()
}

async function ask(page: Page, who: string, question: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Whom do you ask?' }).fill(who)
  await page.getByRole('option', { name: new RegExp(who) }).click()
  await page.getByLabel('What do you need to know?').fill(question)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

test('a colleague is asked from a conversation, answers by plain mail, and it is heard at once', async ({ kept, desk }) => {
  await addPriya(kept, desk)
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'My refund', text: 'Where is it?' })
  const acknowledged = await kept.sent.to('marta@customers.test')
  await open(desk, 'Marta Oliveira')
  await desk.keyboard.press('q')
  await expect(desk.getByText('That leaves you time before the customer hears from us')).toBeVisible()
  await axeClean(desk, 'asking')
  await ask(desk, 'Priya', 'Was the refund of 84 € sent?')

  const question = await kept.sent.to(priya.email)
  expect(question.header('Subject')).toBe('Ben Okafor asks you: My refund')
  expect(question.header('Auto-Submitted')).toBe('auto-generated')
  expect(question.text).toContain('Was the refund of 84 € sent?')
  const timeline = desk.getByRole('region', { name: 'What was said' }).or(desk.locator('.timeline'))
  await expect(timeline.first().getByText('You asked Priya Nair')).toBeVisible()
  await expect(desk.getByRole('complementary').getByRole('heading', { name: 'With colleagues' })).toBeVisible()

  const quoted = question.text.replace(/^/gm, '> ')
  await kept.answer(question, `Priya Nair <${priya.email}>`, `Yes, on Friday.\n\nOn Monday Northlight wrote:\n${quoted}`)
  await expect(desk.getByText('Priya Nair answered what you asked').first()).toBeVisible()
  const note = desk.locator('article.note')
  await expect(note.getByText('Yes, on Friday.')).toBeVisible()
  await expect(note.getByText('answers what was asked')).toBeVisible()
  await expect(timeline.first().getByText(/Priya Nair answered .*in time/)).toBeVisible()
  await axeClean(desk, 'an answer in the conversation')

  const page = await desk.context().newPage()
  await page.goto(customersPage(acknowledged))
  await expect(page.getByText('Where is it?').first()).toBeVisible()
  await expect(page.locator('body')).not.toContainText('Priya')
  await expect(page.locator('body')).not.toContainText('on Friday')
  await page.close()
})

test('the screen lists what is asked of me and by me, and answers in place', async ({ kept, desk, browser }) => {
  await addPriya(kept, desk)
  await arrive(desk, '/asks')
  await expect(desk.getByText('Nobody waits for an answer of yours.')).toBeVisible()
  await axeClean(desk, 'no asks')
  await desk.getByRole('button', { name: 'Ask a colleague' }).click()
  await desk.getByRole('combobox').fill('sam@elsewhere.test')
  await expect(desk.getByText('A lead or an admin can add them')).toBeVisible()
  await expect(desk.getByRole('button', { name: 'Ask', exact: true })).toBeDisabled()
  await ask(desk, 'Ada', 'May I give a month for free?')
  const byMe = desk.getByRole('region', { name: /Asked by me/ })
  await expect(byMe.getByText('May I give a month for free?')).toBeVisible()

  const context = await browser.newContext({ baseURL: kept.url, viewport: phone })
  const ada = await context.newPage()
  const mail = await kept.sent.to(owner.email)
  const link = /https?:\S+\/asks\/\d+/.exec(mail.text)![0]
  await sitDown(ada, owner, new URL(link).pathname)
  const card = ada.locator('article.card')
  await expect(card).toContainText('Ben Okafor asks')
  expect(await ada.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width)
  expect((await card.boundingBox())!.width, 'the card fills the phone').toBeGreaterThan(280)
  await card.getByRole('button', { name: 'Answer' }).click()
  await axeClean(ada, 'answering', [phone])
  await card.getByLabel('Your answer to Ben Okafor').fill('Yes, do.')
  await card.getByRole('button', { name: 'Send the answer' }).click()
  await expect(desk.getByText('Ada Brandt answered what you asked').first()).toBeVisible()
  await expect(byMe.getByText('Yes, do.')).toBeVisible()
  await expect(byMe.getByText(/Ada Brandt answered .*in time/)).toBeVisible()
  await context.close()

  await desk.getByRole('button', { name: 'Ask a colleague' }).click()
  await ask(desk, 'Priya', 'Which account was it?')
  await byMe.getByRole('button', { name: 'Withdraw…' }).click()
  await byMe.getByLabel('Why you no longer need it; they read this').fill('Found it.')
  await byMe.getByRole('button', { name: 'Withdraw it' }).click()
  await expect(byMe.getByText(/Withdrawn .*Found it\./)).toBeVisible()
  await kept.sent.to(priya.email)
  const gone = await kept.sent.to(priya.email)
  expect(gone.header('Subject')).toBe('No longer needed: Which account was it?')
  await calm(desk)
  await axeClean(desk, 'asks')
})

test('an admin adds a coworker while asking', async ({ kept, page }) => {
  await sitDown(page, owner, '/asks')
  await page.keyboard.press('q')
  await page.getByRole('combobox').fill('sam@northlight.test')
  await page.getByLabel('What are they called?').fill('Sam Weir')
  await page.getByLabel('What do you need to know?').fill('Is the mast up?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  const mail = await kept.sent.to('sam@northlight.test')
  expect(mail.text).not.toContain('/asks/')
  await kept.answer(mail, 'Sam Weir <sam@northlight.test>', 'It is.')
  await expect(page.getByRole('region', { name: /Asked by me/ }).getByText('It is.')).toBeVisible()
})
