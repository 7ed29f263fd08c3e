/** A page is taken from a phone: urgent pages whoever is on call, and one large button makes it quiet. */
import { agent, arrive, axeClean, calm, expect, owner, phone, sitDown, test } from './desk'

test.use({ hasTouch: true, isMobile: true })

test('an escalation is taken from a phone-size page', async ({ kept, desk, browser }) => {
  await desk.setViewportSize(phone)
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light, and an alarm hangs on it.' })
  await kept.sent.to('marta@customers.test')

  // The owner puts the agent on call, in the admin screen.
  const admin = await (await browser.newContext({ baseURL: kept.url, viewport: { width: 900, height: 1100 } })).newPage()
  await sitDown(admin, owner, '/admin/on-call')
  await expect(admin.getByText('Nobody is on call')).toBeVisible()
  await axeClean(admin, 'nobody on call')
  await admin.getByRole('button', { name: 'New rotation' }).click()
  await admin.getByLabel('Name', { exact: true }).fill('Nights')
  await admin.getByLabel('People, in turn').selectOption({ label: agent.name })
  await axeClean(admin, 'a new rotation')
  if (process.env.LOOK) await admin.screenshot({ path: `${process.env.LOOK}/rotation.png` })
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByText(`${agent.name} is on call`)).toBeVisible()
  await axeClean(admin, 'somebody on call')
  if (process.env.LOOK) await admin.screenshot({ path: `${process.env.LOOK}/on-call.png` })

  // It becomes urgent: the agent hears it at once.
  const list = await admin.request.get('/api/conversations?list=unassigned')
  const id = ((await list.json()) as { items: { id: number }[] }).items[0]!.id
  await admin.request.patch(`/api/conversations/${id}`, { data: { priority: 'urgent' } })
  await expect(desk.getByText('You are paged.')).toBeVisible()
  await desk.getByRole('button', { name: 'Look' }).tap()
  await expect(desk).toHaveURL(/\/page\/\d+$/)
  await expect(desk.getByRole('heading', { name: 'Urgent' })).toBeVisible()
  await expect(desk.getByText('The line is dead')).toBeVisible()
  await axeClean(desk, 'a page')
  await desk.setViewportSize(phone)
  await calm(desk)
  if (process.env.LOOK) await desk.screenshot({ path: `${process.env.LOOK}/page.png` })
  const wide = await desk.evaluate(() => document.documentElement.scrollWidth)
  expect(wide).toBeLessThanOrEqual(phone.width)

  await desk.getByRole('button', { name: 'I take it' }).tap()
  await expect(desk.getByText('You took it')).toBeVisible()
  await axeClean(desk, 'a page that was taken')
  await desk.setViewportSize(phone)
  if (process.env.LOOK) await desk.screenshot({ path: `${process.env.LOOK}/taken.png` })
  await desk.getByRole('link', { name: 'Open the conversation' }).click()
  await expect(desk.getByText(`Paged: ${agent.name}`)).toBeVisible()
  await expect(desk.getByText('You took the page')).toBeVisible()

  // The mail's link leads to the same page, and says that it is over.
  const mail = await kept.sent.to(agent.email)
  const link = /https?:\/\/\S+\/page\/\d+/.exec(mail.text)?.[0]
  expect(link, 'the link in the mail').toBeTruthy()
  await arrive(desk, new URL(link!).pathname)
  await expect(desk.getByText('You took it')).toBeVisible()
  expect(kept.log).not.toContain('level=ERROR')
})
