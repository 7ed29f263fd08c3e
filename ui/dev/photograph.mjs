/**
 * Photographs screens in light and dark at three widths, and lets axe look at each.
 *   node dev/photograph.mjs OUT [base URL] [name filter]
 */
import { mkdir } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'

const [out = '/tmp/desk-shots', base = 'http://localhost:8099', filter = ''] = process.argv.slice(2)
await mkdir(out, { recursive: true })

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: flags.split(' '),
})

const key = (k) => (page) => page.keyboard.press(k)
const write = async (page) => {
  await page.keyboard.press('r')
  await page.locator('.ProseMirror').waitFor()
  await page.locator('.ProseMirror').click()
  await page.keyboard.type('Good to hear that it held, Marta. I call you tomorrow at 10 with what Declan found.')
}
export const screens = [
  ['list', '/inbox/mine'],
  ['talk', '/inbox/mine/4'],
  ['talk-missed', '/inbox/mine/1'],
  ['talk-rtl', '/inbox/mine/7'],
  ['talk-bounced', '/inbox/mine/3'],
  ['about', '/inbox/mine/4?about'],
  ['writing', '/inbox/mine/4', write],
  [
    'next-word',
    '/inbox/mine/4',
    async (page) => {
      await write(page)
      const way = page.getByRole('button', { name: 'Send, still ours: next word by…' }).first()
      if (await way.isVisible()) await way.click()
      else {
        await page.getByRole('button', { name: 'Other ways to send' }).click()
        await page.getByRole('menuitem', { name: /still ours/ }).click()
      }
      await page.locator('.proposal').nth(2).click()
    },
  ],
  ['note', '/inbox/mine/4', key('m')],
  ['many', '/inbox/unassigned'],
  ['search', '/search?q=router'],
  ['palette', '/inbox/mine/4', key('Control+k')],
  ['keys', '/inbox/mine', key('?')],
  ['assign', '/inbox/mine/4', key('a')],
  ['snooze', '/inbox/mine/4', key('s')],
  ['next', '/next'],
  ['outbox', '/outbox'],
  ['admin', '/admin/organization'],
  ['admin-hours', '/admin/hours'],
  ['admin-policies', '/admin/policies'],
  ['admin-agents', '/admin/agents'],
  ['sign-in', '/sign-in'],
  ['setup', '/setup'],
]
const sizes = [
  [1440, 900],
  [900, 800],
  [360, 780],
]

let violations = 0
for (const theme of ['light', 'dark']) {
  for (const [width, height] of sizes) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      hasTouch: width < 500,
      timezoneId: 'Europe/Dublin',
      bypassCSP: false,
    })
    const page = await context.newPage()
    page.on(
      'console',
      (m) => ['error', 'warning'].includes(m.type()) && console.log('  console:', m.text().slice(0, 300)),
    )
    page.on('pageerror', (e) => console.log('  error:', e.message))
    for (const [name, path, act] of screens) {
      if (filter && !new RegExp(filter).test(name)) continue
      try {
        await page.goto('about:blank')
        await page.goto(base + path)
        await page.waitForSelector('main:visible, .list:visible', { timeout: 5000 })
        await page.waitForTimeout(350)
        if (act) await act(page)
        await page.waitForTimeout(250)
        await page.screenshot({ path: `${out}/${name}-${theme}-${width}.png` })
        if (process.env.AXE !== '0') {
          const { violations: found } = await new AxeBuilder({ page })
            .exclude('iframe')
            .setLegacyMode(true)
            .analyze()
            .catch((e) => ({ violations: [{ id: e.message, nodes: [] }] }))
          for (const v of found) {
            violations++
            console.log(
              `${name} ${theme} ${width}: ${v.id} (${v.impact}) ${v.nodes
                .slice(0, 3)
                .map(
                  (n) =>
                    n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ''),
                )
                .join('\n    ')}`,
            )
          }
        }
      } catch (e) {
        console.log(`${name} ${theme} ${width}: ${e.message.split('\n')[0]}`)
      }
    }
    await context.close()
  }
}
await browser.close()
console.log(`${violations} violations`)
