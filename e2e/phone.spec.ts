/** The desk in a hand: one pane at a time, and a back that is a real one. */
import { arrive, calm, clock, composer, expect, ready, row, said, test } from './desk'

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

test.beforeEach(async ({ kept }) => {
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await kept.sent.to('marta@customers.test')
})

test('from the list to the conversation, an answer, and back', async ({ kept, desk }) => {
  await expect(row(desk, 'Marta Oliveira')).toBeVisible()
  await expect(composer(desk)).toBeHidden()
  await row(desk, 'Marta Oliveira').tap()
  await ready(desk)
  await expect(desk.locator('section.list')).toBeHidden()
  await expect(clock(desk)).toContainText('The line is dead')

  // The customer stands behind a button, and the browser's own back leads out again.
  await desk.getByRole('button', { name: 'Show or hide the customer' }).tap()
  await expect(desk.getByRole('main', { name: 'The customer' })).toContainText('marta@customers.test')
  await expect(said(desk)).toBeHidden()
  await desk.goBack()
  await expect(said(desk)).toBeVisible()

  await composer(desk).getByRole('textbox').tap()
  await desk.keyboard.type('Please restart the router.')
  await composer(desk).getByRole('button', { name: 'Other ways to send' }).tap()
  await desk.getByRole('menuitem', { name: 'Send and solve' }).tap()
  expect((await kept.sent.to('marta@customers.test')).text).toContain('Please restart the router.')
  await expect(said(desk)).toContainText('Please restart the router.')

  await desk.goBack()
  await expect(desk).toHaveURL(/\/inbox\/unassigned$/)
  await expect(desk.locator('section.list')).toBeVisible()
  await desk.goForward()
  await expect(said(desk)).toContainText('Please restart the router.')
  await desk.getByRole('button', { name: 'Back to the list' }).tap()
  await expect(desk).toHaveURL(/\/inbox\/unassigned$/)
})

test('nothing is wider than the hand', async ({ kept, desk }) => {
  const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
  await kept.receive({ from: `${long} <long@customers.test>`, to: kept.inbox, subject: `${long} ${long}`, text: `${long}${long} https://x.test/${long}` })
  await expect(row(desk, long)).toBeVisible()
  await row(desk, long).tap()
  await ready(desk)
  for (const path of ['', '/inbox/unassigned', '/next', '/search?q=light', '/inbox/spam']) {
    if (path) await arrive(desk, path)
    await calm(desk)
    const { scroll, width } = await desk.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }))
    expect(scroll, path || 'the conversation').toBeLessThanOrEqual(width)
  }
})
