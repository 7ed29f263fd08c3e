/** A promise that falls due breaks in that second, in front of everybody who looks. */
import { clock, expect, idInHand, open, row, said, test } from './desk'

const soon = 4_000 // ms: long enough to see the promise stand, short enough to wait for it

test('a promise breaks on screen, without a reload', async ({ kept, desk }) => {
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await open(desk, 'Marta Oliveira')

  const due = new Date(Date.now() + soon).toISOString()
  const promised = await desk.request.post(`/api/conversations/${idInHand(desk)}/promises`, {
    data: { words: 'I call you with the technician’s answer', due },
  })
  expect(promised.status()).toBe(200)
  await expect(clock(desk)).toContainText('I call you with the technician’s answer')
  await expect(clock(desk)).not.toContainText('Missed')

  await expect(clock(desk)).toContainText(/Missed today \d{1,2}:\d\d/)
  await expect(clock(desk)).toContainText('Say so first')
  const missed = desk.getByRole('heading', { name: 'Missed, say so first' })
  await expect(missed).toBeVisible()
  await expect(row(desk, 'Marta Oliveira')).toContainText('late')
  await expect(said(desk)).toContainText('Broken. “I call you with the technician’s answer”')
  await expect(desk.locator('[aria-live="assertive"]')).toHaveText('The promise to Marta Oliveira was missed just now')

  const [heading, line] = [await missed.boundingBox(), await row(desk, 'Marta Oliveira').boundingBox()]
  expect(line!.y, 'the row stands under its heading').toBeGreaterThan(heading!.y)
})

test('a broken promise leads the list of whoever comes later', async ({ kept, desk }) => {
  await kept.receive({ from: 'Joost de Vries <joost@customers.test>', to: kept.inbox, subject: 'Moving house', text: 'Can my line move with me?' })
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await expect(row(desk, 'Joost de Vries')).toBeVisible()
  await open(desk, 'Marta Oliveira')
  const due = new Date(Date.now() + 1_000).toISOString()
  await desk.request.post(`/api/conversations/${idInHand(desk)}/promises`, { data: { words: 'We call you', due } })
  await expect(clock(desk)).toContainText('Missed')

  await desk.goto('/inbox/unassigned')
  await expect(desk.locator('section.list li').nth(0)).toHaveText('Missed, say so first')
  await expect(desk.locator('section.list li').nth(1)).toContainText('Marta Oliveira')
  await expect(desk.getByRole('navigation', { name: 'Main' })).not.toContainText('missed') // it is nobody's, so not mine
})
