/** The API's words, from the server's own document (`npm run schema`), under the names that the screens use. */
import type { components } from './schema'

type S = components['schemas']
export type Me = S['Me']
export type Agent = S['Agent']
export type Colleague = S['Colleague']
export type Organization = S['Organization']
export type Inbox = S['Inbox']
export type Contact = S['Contact']
export type Promised = S['Promise']
export type Record = S['Record']
export type Viewer = S['Viewer']
export type Row = S['ConversationRow']
export type Full = S['ConversationFull']
export type Ask = S['Ask']
export type Change = S['ConversationChange']
export type Message = S['Message']
export type Attachment = S['Attachment']
export type Entry = S['Entry']
export type Answer = S['Answer']
export type NextWord = S['NextWord']
export type Proposal = S['Proposal']
export type BoardItem = S['Promised']
export type Chance = S['Chance']
export type LoadHour = S['LoadHour']
export type Basis = S['Basis']
export type Calibration = S['Calibration']
export type Waiting = Omit<S['Waiting'], 'conversation'> & { conversation?: Row }
export type Offered = Omit<S['Offered'], 'row'> & { row?: Row }
export type DayCheck = Omit<S['DayCheck'], 'waiting' | 'to_me' | 'from_me'> & {
  waiting: Waiting[]
  to_me: Offered[]
  from_me: Offered[]
}
export type Candidates = S['Candidates']
export type Candidate = S['Candidate']
export type NextShift = S['NextShift']
export type TeamDay = S['TeamDay']
export type PersonDay = S['PersonDay']
export type Upload = S['Upload']
export type Count = S['Count']
/** Closed conversations aren't counted: there is no end of them. */
export type Counts = Partial<S['Counts']> & { closed?: Count }
export type Hit = S['Hit']
export type OutboxMail = S['OutboxMail']
export type Calendar = S['Calendar']
export type Policy = S['Policy']
export type Problem = S['Problem']
export type Priority = Row['priority']
export type Status = Row['status']

/** One event of the live stream (kept.Event). */
export interface Happened {
  id: number
  position: string
  at: string
  type: string
  actor: S['Actor']
  conversation?: number
  message?: number
  promise?: number
  data?: unknown // of the type
}
