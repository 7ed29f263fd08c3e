/** The world's mail servers: takes every mail that Kept sends, and keeps it for the test to read. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export class SentMail {
  constructor(
    readonly from: string,
    readonly to: string[],
    readonly raw: string,
  ) {}

  /** The first header of that name, unfolded; empty if there is none. */
  header(name: string): string {
    return header(this.raw, name)
  }

  /** The plain-text part, decoded. */
  get text(): string {
    return part(this.raw, 'text/plain') ?? ''
  }

  /** The HTML part, decoded. */
  get html(): string {
    return part(this.raw, 'text/html') ?? ''
  }
}

export class Sink {
  readonly all: SentMail[] = []
  #unread: SentMail[] = []
  #waiting: { wants: (mail: SentMail) => boolean; take: (mail: SentMail) => void }[] = []
  #open = new Set<Socket>()
  #server = createServer((socket) => {
    this.#open.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => this.#open.delete(socket))
    void this.#serve(socket)
  })

  static async open(): Promise<Sink> {
    const sink = new Sink()
    await new Promise<void>((listening) => sink.#server.listen(0, '127.0.0.1', listening))
    return sink
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  close(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    return new Promise((closed) => this.#server.close(() => closed()))
  }

  /** The next mail to that address which no test has taken yet; waits for it if need be. */
  to(address: string, timeout = 10_000): Promise<SentMail> {
    const wants = (mail: SentMail) => mail.to.includes(address)
    const here = this.#unread.findIndex(wants)
    if (here >= 0) return Promise.resolve(this.#unread.splice(here, 1)[0]!)
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const got = this.all.map((mail) => `${mail.to}: ${mail.header('Subject')}`).join('; ')
        reject(new Error(`no mail to ${address} within ${timeout} ms; there were: ${got || 'none'}`))
      }, timeout)
      const take = (mail: SentMail) => {
        clearTimeout(late)
        resolve(mail)
      }
      this.#waiting.push({ wants, take })
    })
  }

  #keep(mail: SentMail) {
    this.all.push(mail)
    const first = this.#waiting.findIndex(({ wants }) => wants(mail))
    if (first >= 0) this.#waiting.splice(first, 1)[0]!.take(mail)
    else this.#unread.push(mail)
  }

  async #serve(socket: Socket) {
    const say = (line: string) => socket.write(line + '\r\n')
    let from = ''
    let to: string[] = []
    let data: string[] | undefined
    socket.setEncoding('utf8')
    say('220 sink.test')
    for await (const line of createInterface({ input: socket })) {
      if (data) {
        if (line !== '.') {
          data.push(line.replace(/^\./, ''))
          continue
        }
        this.#keep(new SentMail(from, to, data.join('\r\n')))
        data = undefined
        to = []
        say('250 taken')
        continue
      }
      const command = line.slice(0, 4).toUpperCase()
      const path = /<([^>]*)>/.exec(line)?.[1] ?? ''
      if (command === 'MAIL') from = path
      if (command === 'RCPT') to.push(path)
      if (command === 'EHLO') say('250-sink.test\r\n250-8BITMIME\r\n250 SMTPUTF8')
      else if (command === 'DATA') {
        data = []
        say('354 go on')
      } else if (command === 'QUIT') {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
  }
}

/** The address of the customer's own page, which a mail of ours names. */
export function customersPage(mail: SentMail): string {
  const page = /https?:\/\/\S+\/c\/[\w.~-]+/.exec(mail.text)?.[0]
  if (!page) throw new Error(`no customer’s page in “${mail.header('Subject')}”:\n${mail.text}`)
  return page
}

function header(raw: string, name: string): string {
  const head = raw.split('\r\n\r\n', 1)[0]!.replace(/\r\n[ \t]+/g, ' ')
  return new RegExp(`^${name}:[ \t]*(.*)$`, 'im').exec(head)?.[1] ?? ''
}

/** The first part of that type in a mail that Kept built: it walks multiparts, undoes the transfer encoding. */
function part(raw: string, type: string): string | undefined {
  const kind = header(raw, 'Content-Type') || 'text/plain'
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4)
  const boundary = /boundary="?([^";]+)/i.exec(kind)?.[1]
  if (boundary) {
    const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1)
    return parts.map((inner) => part(inner.replace(/^\r\n/, ''), type)).find((found) => found !== undefined)
  }
  return kind.toLowerCase().startsWith(type) ? decoded(body, header(raw, 'Content-Transfer-Encoding')) : undefined
}

function decoded(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8')
    case 'quoted-printable': {
      const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
      return Buffer.from(bytes, 'latin1').toString('utf8')
    }
    default:
      return body
  }
}
