/** The program under test: the real binary, on free ports, with a folder of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Sink } from './sink'
import { address, compose, deliver, type Letter } from './smtp'

export const binary = process.env.KEPT_BIN ?? join(import.meta.dirname, '../bin/kept')

/** Where the house stands; the browser of the tests stands there too. */
export const zone = 'Europe/Berlin'

export type Agent = { email: string; name: string; role: 'admin' | 'agent'; password: string }

export const owner: Agent = { email: 'ada@northlight.test', name: 'Ada Brandt', role: 'admin', password: 'a lamp in every window' }
export const agent: Agent = { email: 'ben@northlight.test', name: 'Ben Okafor', role: 'agent', password: 'a line to every house' }

export class Kept {
  #process?: ChildProcess
  #log = ''
  /** What customers write to. */
  readonly inbox = 'help@northlight.test'
  readonly url: string

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly smtp: number,
    /** What Kept sends ends here. */
    readonly sent: Sink,
    private readonly outbox: boolean,
  ) {
    this.url = `http://127.0.0.1:${port}`
  }

  /**
   * A new desk with these agents, ready to serve; with nobody it waits for its first start.
   * With an outbox, what it sends stays in its folder.
   */
  static async start(agents: Agent[], { outbox = false } = {}): Promise<Kept> {
    const folder = await mkdtemp(join(tmpdir(), 'kept-e2e-'))
    const [port, smtp] = await freePorts(2)
    const kept = new Kept(folder, port!, smtp!, await Sink.open(), outbox)
    try {
      for (const { email, name, role, password } of agents) {
        const person = ['--email', email, '--name', name, '--role', role, '--password', password]
        const house = ['--organization', 'Northlight Broadband', '--zone', zone, '--inbox', kept.inbox]
        await kept.command('user', 'add', ...person, ...house)
      }
      await kept.serve()
      return kept
    } catch (fault) {
      await kept.#clear()
      throw fault
    }
  }

  /** Runs `kept WORDS… --data FOLDER` and gives what it prints. */
  async command(...words: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(binary, [...words, '--data', this.folder])
    return stdout
  }

  /** Starts the server (again, on the same data) and resolves once it is ready. */
  async serve(): Promise<void> {
    const options = {
      data: this.folder,
      listen: `127.0.0.1:${this.port}`,
      url: this.url,
      smtp: `127.0.0.1:${this.smtp}`,
      relay: this.outbox ? '' : `smtp://127.0.0.1:${this.sent.port}`,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
    const server = spawn(binary, ['serve', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
    server.stdout.on('data', (text) => (this.#log += text))
    server.stderr.on('data', (text) => (this.#log += text))
    this.#process = server
    await this.#ready(server)
  }

  async #ready(server: ChildProcess) {
    const late = Date.now() + 20_000
    while (Date.now() < late && running(server)) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined)
      if (answer?.ok) return
      await new Promise((again) => setTimeout(again, 20))
    }
    throw new Error(`kept serve is not ready; it said:\n${this.#log}`)
  }

  /** What the server has logged so far. */
  get log(): string {
    return this.#log
  }

  /** A customer writes. Resolves when Kept has accepted the mail: from then on it must not be lost. */
  async receive(letter: Letter): Promise<void> {
    await deliver(this.smtp, letter.from, letter.to, compose(letter))
  }

  /** A customer answers a mail of ours, as their program would: to Reply-To, naming its Message-ID. */
  async answer(mail: { header(name: string): string }, from: string, text: string): Promise<void> {
    const to = address(mail.header('Reply-To') || mail.header('From'))
    await this.receive({ from, to, subject: `Re: ${mail.header('Subject')}`, text, inReplyTo: mail.header('Message-ID') })
  }

  /** Stops as an operator does; a server that does not end well fails the test. */
  async stop(): Promise<void> {
    const server = this.#process
    if (!server) return
    if (running(server)) {
      const ended = once(server, 'exit')
      const stuck = setTimeout(() => server.kill('SIGKILL'), 15_000)
      server.kill('SIGTERM')
      await ended
      clearTimeout(stuck)
    }
    const { exitCode, signalCode } = server
    if (exitCode !== 0) throw new Error(`kept serve ended with ${signalCode ?? exitCode}; it said:\n${this.#log}`)
  }

  /** The plug is pulled. */
  async kill(): Promise<void> {
    const server = this.#process!
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }

  /** Stops, and leaves nothing behind. */
  async end(): Promise<void> {
    try {
      await this.stop()
    } finally {
      await this.#clear()
    }
  }

  async #clear() {
    if (this.#process && running(this.#process)) this.#process.kill('SIGKILL')
    await this.sent.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

function running(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null
}

/** Ports that were free a moment ago; held together, so that they differ. */
export async function freePorts(n: number): Promise<number[]> {
  const held = await Promise.all(
    Array.from({ length: n }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = held.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))))
  return ports
}
