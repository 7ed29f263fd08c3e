/** A customer's mail server: sends one mail over SMTP (RFC 5321), byte for byte as given. */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export type Letter = {
  from: string
  to: string
  subject: string
  text: string
  /** Given, it makes the mail a part of a thread, as a customer's program would. */
  inReplyTo?: string
  headers?: Record<string, string>
}

let letters = 0

/** The bytes of a plain mail; its Message-ID is new every time. */
export function compose(letter: Letter): string {
  letters++
  const headers: Record<string, string> = {
    From: letter.from,
    To: letter.to,
    Subject: encoded(letter.subject),
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${Date.now()}.${process.pid}.${letters}@customers.test>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': 'base64',
    ...(letter.inReplyTo && { 'In-Reply-To': letter.inReplyTo, References: letter.inReplyTo }),
    ...letter.headers,
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const body = Buffer.from(letter.text).toString('base64').replace(/.{76}/g, '$&\r\n')
  return head.join('') + '\r\n' + body + '\r\n'
}

/** A header's words as RFC 2047 wants them, if they are not plain ASCII. */
function encoded(words: string): string {
  if (/^[\x20-\x7e]*$/.test(words)) return words
  return `=?utf-8?B?${Buffer.from(words).toString('base64')}?=`
}

/** Sends raw to the server on port and resolves with its final reply; rejects if it refuses. */
export async function deliver(port: number, from: string, to: string, raw: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  try {
    const server = replies(socket)
    await expectReply(server, 220)
    for (const [line, code] of [
      ['EHLO customers.test', 250],
      [`MAIL FROM:<${address(from)}>`, 250],
      [`RCPT TO:<${address(to)}>`, 250],
      ['DATA', 354],
    ] as const) {
      socket.write(line + '\r\n')
      await expectReply(server, code)
    }
    const lines = raw.replace(/\r?\n/g, '\r\n').replace(/(^|\r\n)\./g, '$1..')
    socket.write(lines + (lines.endsWith('\r\n') ? '' : '\r\n') + '.\r\n')
    const accepted = await expectReply(server, 250)
    socket.write('QUIT\r\n')
    return accepted
  } finally {
    socket.destroy()
  }
}

/** `Marta Vogel <marta@x.test>` → `marta@x.test`. */
export function address(of: string): string {
  return /<([^>]*)>/.exec(of)?.[1] ?? of
}

/** Each reply whole: `250-SIZE` and its like are continued by the line that follows. */
async function* replies(socket: Socket): AsyncGenerator<string, void> {
  let reply = ''
  for await (const line of createInterface({ input: socket })) {
    reply += line + '\n'
    if (line[3] === '-') continue
    yield reply
    reply = ''
  }
}

async function expectReply(server: AsyncGenerator<string, void>, code: number): Promise<string> {
  const { value } = await server.next()
  if (!value?.startsWith(String(code))) throw new Error(`SMTP: expected ${code}, got ${value ?? 'a closed line'}`)
  return value
}
