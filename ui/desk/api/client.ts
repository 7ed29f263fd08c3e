/** The one client of the desk's API. A failure is thrown as a Trouble with a sentence for a person. */
import createClient from 'openapi-fetch'
import { say } from '../words/say.svelte'
import type { paths } from './schema'
import type { Problem } from './words'

export const client = createClient<paths>({ baseUrl: location.origin, fetch: (request) => fetch(request) })

/** What went wrong, as the server says it. status 0: the server could not be reached. */
export class Trouble extends Error {
  readonly status: number
  readonly fields: Map<string, string>

  constructor(status: number, problem: Problem | undefined) {
    const offline = status === 0
    super(offline ? say('desk.trouble.offline') : problem?.detail || say('desk.trouble.unknown'))
    this.status = status
    this.fields = new Map(
      (problem?.errors ?? []).map((e) => [(e.location ?? '').replace(/^body\.?/, ''), e.message ?? '']),
    )
  }
}

/** The session ended: whoever shows the desk goes to the door. */
export const signedOut = new EventTarget()

type Reply<T> = { data?: T; error?: unknown; response: Response }

/** Waits for a call and hands back what it brought, or throws the Trouble. */
export async function brought<T>(call: Promise<Reply<T>>): Promise<T> {
  let reply: Reply<T>
  try {
    reply = await call
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw new Trouble(0, undefined)
  }
  if (reply.error === undefined && reply.response.ok) return reply.data as T
  if (reply.response.status === 401) signedOut.dispatchEvent(new Event('out'))
  const problem = typeof reply.error === 'object' ? (reply.error as Problem) : undefined
  throw new Trouble(reply.response.status, problem)
}
