/** The day check: nobody who left a message goes home without a word, and what is handed over is accepted. */
import { agent, arrive, axeClean, calm, expect, owner, sitDown, test } from './desk'
import type { Kept } from './kept'
import type { Page } from '@playwright/test'

const ewa = { from: 'Ewa Brzezińska <ewa@customers.test>', subject: 'Charged twice', text: 'Charged twice in May.' }
const ahmad = { from: 'Ahmad Rahimi <ahmad@customers.test>', subject: 'The engineer', text: 'When does the engineer come?' }

/** Two customers whose turn is Ben's, and a shift that ends soon. */
async function twoWait(kept: Kept, desk: Page): Promise<void> {
  for (const letter of [ewa, ahmad]) await kept.receive({ ...letter, to: kept.inbox })
  const me = (await (await desk.request.get('/api/me')).json()) as { agent: { id: number } }
  await expect
    .poll(async () => ((await (await desk.request.get('/api/conversations?list=open')).json()) as { items: unknown[] }).items.length)
    .toBe(2)
  const { items } = (await (await desk.request.get('/api/conversations?list=open')).json()) as { items: { id: number }[] }
  for (const { id } of items) {
    const changed = await desk.request.patch(`/api/conversations/${id}`, { data: { assignee: me.agent.id } })
    expect(changed.status()).toBe(200)
  }
}

test('everyone hears a word with a time, or is handed over and accepted, before Ben signs off', async ({ kept, desk, browser }) => {
  test.slow() // axe looks at five screens, in two sizes and two lights
  await twoWait(kept, desk)
  await desk.keyboard.press('d')
  await expect(desk).toHaveURL(/\/day$/)
  await expect(desk.getByRole('heading', { level: 1 })).toContainText('Two people wait for a word from you')

  // A short word needs a time.
  const first = desk.getByRole('article', { name: 'Ewa Brzezińska' })
  await first.getByRole('button', { name: 'Short word' }).click()
  await desk.keyboard.type('The bank looks into it')
  await expect(first.getByText('That has no time in it.')).toBeVisible()
  await expect(first.getByRole('button', { name: 'Send' })).toBeDisabled()
  await axeClean(desk, 'the day check with a line')
  await first.getByRole('button', { name: /^by / }).last().click()
  await first.getByRole('button', { name: 'Send' }).click()
  await kept.sent.to('ewa@customers.test') // that we have it
  expect((await kept.sent.to('ewa@customers.test')).text).toContain('The bank looks into it')
  await expect(first).toContainText('Told')
  await expect(desk.getByRole('heading', { level: 1 })).toContainText('One person waits')

  // Who is offered stays until somebody accepts.
  const second = desk.getByRole('article', { name: 'Ahmad Rahimi' })
  await second.getByRole('button', { name: 'Hand over' }).click()
  await second.getByRole('button', { name: owner.name }).click()
  await second.getByLabel('What should they know?').fill('Ask dispatch')
  await axeClean(desk, 'the day check with a hand-over')
  await second.getByRole('button', { name: `Offer to ${owner.name}` }).click()
  await expect(second).toContainText('not accepted yet')
  await expect(desk.getByRole('button', { name: 'Sign off as clear' })).toHaveCount(0)

  const ada = await (await browser.newContext({ baseURL: kept.url })).newPage()
  await sitDown(ada, owner)
  await expect(ada.getByText(`${agent.name} hands Ahmad Rahimi over to you.`)).toBeVisible()
  await ada.getByRole('link', { name: 'Look' }).click()
  await expect(ada.getByText('Ask dispatch')).toBeVisible()
  await axeClean(ada, 'what is handed over to me')
  await ada.getByRole('button', { name: 'Accept' }).click()
  await expect(ada.getByRole('article', { name: 'Ahmad Rahimi' }).getByRole('button', { name: 'Short word' })).toBeVisible()

  await expect(desk.getByRole('heading', { level: 1 })).toContainText('Nobody waits')
  await desk.getByRole('button', { name: 'Sign off as clear' }).click()
  await expect(desk.getByRole('heading', { level: 1 })).toContainText('That was your day')
  await axeClean(desk, 'a day that ended clear')

  await arrive(ada, '/day/teams')
  await expect(ada.getByRole('article', { name: agent.name })).toContainText('Clear, signed off')
  await axeClean(ada, 'everybody’s day')
  await ada.context().close()
})

test('nothing of the day is wider than the hand', async ({ kept, desk }) => {
  await twoWait(kept, desk)
  await desk.setViewportSize({ width: 360, height: 740 })
  await arrive(desk, '/day')
  await calm(desk)
  await desk.getByRole('button', { name: 'Hand over' }).first().click()
  await expect(desk.getByRole('button', { name: owner.name })).toBeVisible()
  const { scroll, width, main } = await desk.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    width: innerWidth,
    main: document.querySelector('main')!.getBoundingClientRect().width,
  }))
  expect(scroll).toBeLessThanOrEqual(width)
  expect(main).toBe(width)
})
