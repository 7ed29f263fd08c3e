/** A customer's mail server: sends one mail over SMTP (RFC 5321), byte for byte as given. */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export type Letter = {
  from: string
  to: string
  subject: string
  text: string
  /** The same words as the sender's program drew them. */
  html?: string
  /** A text file that hangs on it. */
  file?: { name: string; text: string }
  /** Given, it makes the mail a part of a thread, as a customer's program would. */
  inReplyTo?: string
  headers?: Record<string, string>
}

let letters = 0

/** The bytes of a mail; its Message-ID is new every time. */
export function compose(letter: Letter): string {
  letters++
  const headers: Record<string, string> = {
    From: letter.from,
    To: letter.to,
    Subject: encoded(letter.subject),
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${Date.now()}.${process.pid}.${letters}@customers.test>`,
    'MIME-Version': '1.0',
    ...(letter.inReplyTo && { 'In-Reply-To': letter.inReplyTo, References: letter.inReplyTo }),
    ...letter.headers,
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return head.join('') + body(letter)
}

/** From Content-Type on: the words alone, or with their drawn form and the file beside them. */
function body({ text, html, file }: Letter): string {
  const words = part('text/plain; charset=utf-8', text)
  const said = html === undefined ? words : together('alternative', words, part('text/html; charset=utf-8', html))
  if (!file) return said
  return together('mixed', said, `Content-Disposition: attachment; filename="${file.name}"\r\n` + part('text/plain', file.text))
}

function part(type: string, text: string): string {
  const bytes = Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n')
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes}\r\n`
}

function together(how: string, ...parts: string[]): string {
  const line = `--${how}-${letters}`
  const head = `Content-Type: multipart/${how}; boundary="${line.slice(2)}"\r\n\r\n`
  return head + parts.map((each) => `${line}\r\n${each}\r\n`).join('') + `${line}--\r\n`
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
