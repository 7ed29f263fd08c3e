/** In the reader's own language and zone: the agent's desk, the customer's mail and page. */
import { clock, composer, expect, row, test } from './desk'
import { customersPage } from './sink'

test('the desk speaks German as soon as its agent does', async ({ kept, desk }) => {
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await row(desk, 'Marta Oliveira').click()
  await desk.getByRole('button', { name: 'Ben Okafor, your menu' }).click()
  await desk.getByRole('menuitemradio', { name: 'Deutsch' }).click()

  await expect(desk.locator('html')).toHaveAttribute('lang', 'de')
  await expect(desk.getByRole('navigation', { name: 'Hauptbereiche' })).toContainText('Suche')
  await expect(clock(desk)).toContainText(/Mo|Di|Mi|Do|Fr|Sa|So|Heute|Morgen/)
  await expect(desk.getByRole('button', { name: 'Senden und warten' })).toBeAttached()
  await desk.reload() // it is the agent's, not this browser's
  await expect(desk.getByRole('region', { name: 'Deine Antwort' })).toBeVisible()
  await expect(composer(desk)).toHaveCount(0)
})

test('a German customer reads German, and the time that holds for her', async ({ kept, browser }) => {
  await kept.receive({
    from: 'Jürgen Weiß <juergen@kunden.test>',
    to: kept.inbox,
    subject: 'Störung seit heute früh',
    text: 'Guten Tag, seit heute früh geht bei uns das Internet nicht mehr. Können Sie bitte nachsehen, woran das liegt? Vielen Dank und freundliche Grüße',
  })
  const mail = await kept.sent.to('juergen@kunden.test')
  expect(mail.header('Content-Language') || 'de').toBe('de')
  expect(mail.text).toMatch(/Uhr|bis/)
  expect(mail.html).toContain('lang="de"')

  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(customersPage(mail))
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await expect(page.getByText('das Internet nicht mehr')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Ich brauche es früher' })).toBeVisible()
  await context.close()
})
