/** The board: what is promised by day and hour, what was missed on top, and a move that is a message. */
import { axeClean, calm, composer, desktop, expect, idInHand, open, phone, ready, test, write } from './desk'

const hour = 3_600_000

/** A promise that Marta was told, due in some hours from now. */
async function promised(desk: import('@playwright/test').Page, words: string, due: Date): Promise<void> {
  const id = idInHand(desk)
  const answer = await desk.request.post(`/api/conversations/${id}/promises`, { data: { words, due: due.toISOString() } })
  expect(answer.ok(), await answer.text()).toBe(true)
}

test.beforeEach(async ({ kept }) => {
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await kept.sent.to('marta@customers.test')
})

test('a key opens it, empty at first, and it fills by itself', async ({ desk }) => {
  await desk.keyboard.press('b')
  await expect(desk.getByRole('heading', { name: 'Nothing is promised here' })).toBeVisible()
  await axeClean(desk, 'the empty board')
  await desk.setViewportSize(desktop)
  await desk.getByRole('button', { name: 'Everyone' }).click()
  await expect(desk.getByRole('article').filter({ hasText: 'Marta Oliveira' })).toBeVisible()
  await calm(desk)
  await axeClean(desk, 'the board')
})

test('what is promised stands in its day and hour, with how likely it is', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await promised(desk, 'The engineer calls', new Date(Date.now() + 26 * hour))
  await desk.goto('/promises?whose=all')
  const card = desk.getByRole('article').filter({ hasText: 'The engineer calls' })
  await expect(card).toContainText('likely to be kept')
  await expect(desk.getByRole('table', { name: 'What is promised, by day and hour' })).toContainText('Tomorrow')
})

test('another time opens the message with the time set, and nothing changes until it is sent', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await promised(desk, 'The engineer calls', new Date(Date.now() + 50 * hour))
  const id = idInHand(desk)
  await desk.goto('/promises?whose=all')
  const card = desk.getByRole('article').filter({ hasText: 'The engineer calls' })
  await card.getByRole('button', { name: /^Another time for Marta Oliveira/ }).click()
  const dialog = desk.getByRole('dialog', { name: 'Another time' })
  await expect(dialog).toContainText('Until it is sent')
  await dialog.getByRole('button', { name: 'A day later' }).click()
  const to = await dialog.getByLabel('We do it by').inputValue()
  await dialog.getByRole('button', { name: 'Write the message' }).click()

  await ready(desk)
  const panel = composer(desk).getByRole('group', { name: 'Next word by…' })
  await expect(panel.getByLabel('Or at')).toHaveValue(to)
  await expect(panel.getByLabel('What will they hear by then?')).toHaveValue('The engineer calls')
  await expect(panel.getByLabel('In place of')).not.toHaveValue('0')
  await axeClean(desk, 'the panel of a move')
  await desk.setViewportSize(desktop)
  const still = async () => {
    const full = await (await desk.request.get(`/api/conversations/${id}`)).json()
    return full.promises.filter((p: { kind: string; state: string }) => p.kind === 'custom' && p.state === 'open').length
  }
  expect(await still(), 'only the one of before').toBe(1)
  await panel.getByRole('button', { name: 'Set' }).click()
  await write(desk, 'The engineer comes a day later. Sorry for that.')
  await composer(desk).getByRole('button', { name: /still ours/i }).last().click()
  await expect
    .poll(async () => {
      const full = await (await desk.request.get(`/api/conversations/${id}`)).json()
      return full.promises.filter((p: { state: string }) => p.state === 'moved').length
    })
    .toBe(1)
})

test('a promise that is carried to another hour opens the message', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await promised(desk, 'The engineer calls', new Date(Date.now() + 26 * hour))
  await desk.goto('/promises?whose=all')
  const card = desk.getByRole('article').filter({ hasText: 'The engineer calls' })
  await expect(card).toBeVisible()
  const cell = desk.locator('tbody tr.hour').nth(4).locator('td').last()
  await card.dragTo(cell)
  await ready(desk)
  await expect(composer(desk).getByRole('group', { name: 'Next word by…' })).toBeVisible()
})

test('the safe time joins the proposals, and is chosen', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await write(desk, 'We test the line.')
  await composer(desk).getByRole('button', { name: /next word by/i }).first().click()
  const panel = composer(desk).getByRole('group', { name: 'Next word by…' })
  await expect(panel.getByRole('button', { name: /90 % safe/ })).toHaveAttribute('aria-pressed', 'true')
  const box = (await panel.boundingBox())!
  expect(box.height, 'the panel leaves the conversation in sight').toBeLessThan(240)
})

test('in a hand it is a list of days', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await promised(desk, 'The engineer calls', new Date(Date.now() + 26 * hour))
  await desk.setViewportSize(phone)
  await desk.goto('/promises?whose=all')
  await expect(desk.getByRole('heading', { level: 2, name: /^Tomorrow/ })).toBeVisible()
  await expect(desk.getByRole('table', { name: 'What is promised, by day and hour' })).toHaveCount(0)
  expect(await desk.evaluate(() => document.documentElement.scrollWidth), 'nothing sticks out').toBeLessThanOrEqual(360)
  await axeClean(desk, 'the board in a hand')
})

test('the load ahead and the calibration say on what they rest', async ({ desk }) => {
  await desk.goto('/promises?whose=all')
  const ahead = desk.getByRole('region', { name: 'Where we will fail next' })
  await expect(ahead).toContainText('Reckoned at')
  await ahead.getByText('The same as a table').click()
  await expect(ahead.getByRole('columnheader', { name: 'People there' })).toBeVisible()
  await desk.getByText('How good are such forecasts?').click()
  await expect(desk.getByText('There is no answer yet')).toBeVisible()
  await axeClean(desk, 'the load and the calibration')
})
