/** The main job from end to end: a mail becomes a promise, an answer, a solution, and a word of the customer. */
import type { Browser } from '@playwright/test'
import { clock, composer, expect, ready, row, said, test, write } from './desk'
import { customersPage, type SentMail } from './sink'

const marta = 'Marta Oliveira <marta@customers.test>'

test('a mail is answered, solved and confirmed, and everybody sees it as it happens', async ({ kept, desk, browser }) => {
  // A mail arrives: the open desk shows it, nobody reloads.
  await expect(desk.getByRole('heading', { name: 'Everybody has somebody' })).toBeVisible()
  await kept.receive({ from: marta, to: kept.inbox, subject: 'The line is dead', text: 'Since this morning there is no light on the router.' })
  await expect(row(desk, 'Marta Oliveira')).toContainText('The line is dead')
  await expect(desk.locator('[aria-live="polite"]', { hasText: 'New message from Marta Oliveira' })).toBeAttached()

  // The acknowledgement says the exact time and lets her answer into the conversation.
  const acknowledgement = await kept.sent.to('marta@customers.test')
  expect(acknowledgement.text).toMatch(/\b\d{1,2}:\d{2}\b/)
  expect(acknowledgement.header('Auto-Submitted')).toBe('auto-replied')
  expect(acknowledgement.header('Reply-To')).toMatch(/help\+\S+@northlight\.test/)
  expect(customersPage(acknowledgement)).toContain(kept.url)

  // The agent takes it by keyboard, answers and waits.
  await desk.keyboard.press('j')
  await ready(desk)
  await expect(said(desk)).toContainText('no light on the router')
  await desk.keyboard.press('r')
  await desk.keyboard.type('Good morning. Which lamps are lit now?')
  await desk.keyboard.press('Control+Enter')
  await expect(desk.getByRole('status').filter({ hasText: 'Sent to Marta. It is their turn; we check in' })).toBeVisible()
  await expect(said(desk)).toContainText('Which lamps are lit now?')
  await expect(clock(desk)).toContainText('Their turn')

  const answer = await kept.sent.to('marta@customers.test')
  belongsToTheThread(answer, acknowledgement)
  expect(answer.text).toContain('Which lamps are lit now?')
  expect(answer.html).toContain('Which lamps are lit now?')
  await expect(said(desk).getByRole('article').filter({ hasText: 'Which lamps' })).toContainText('delivered')

  // She answers by mail: the same conversation, while the agent looks at it.
  await kept.answer(answer, marta, 'Only the green one blinks.')
  await expect(said(desk)).toContainText('Only the green one blinks.')
  await expect(clock(desk)).not.toContainText('Their turn')
  await write(desk, 'We have reset your line; please try once more.')
  await composer(desk).getByRole('button', { name: 'Send and solve' }).click()
  await expect(desk.getByRole('status').filter({ hasText: 'and called solved' })).toBeVisible()

  expect((await kept.sent.to('marta@customers.test')).text).toContain('We have reset your line')

  // The first mail leads to her page; without any script she says that it works.
  await confirms(browser, customersPage(acknowledgement))

  await expect(clock(desk)).toContainText('Closed')
  await expect(said(desk)).toContainText('It works now')
})

/** The mail is a whole one, and every program puts it beside the ones before it. */
function belongsToTheThread(answer: SentMail, before: SentMail) {
  expect(answer.header('Content-Type')).toContain('multipart/alternative')
  expect(answer.header('Subject')).toBe('Re: The line is dead')
  expect(answer.header('References')).toMatch(/<[^>]+@customers\.test>/)
  expect(answer.header('References')).toContain(before.header('Message-ID'))
  expect(answer.header('Reply-To')).toMatch(/help\+\S+@northlight\.test/)
  expect(answer.header('Auto-Submitted')).toBe('')
}

async function confirms(browser: Browser, address: string) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  await page.goto(address)
  await expect(page.getByText('We have reset your line')).toBeVisible()
  await page.getByRole('link', { name: 'It works now' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.getByRole('button').click()
  await expect(page.getByRole('status')).toBeVisible()
  await context.close()
}
