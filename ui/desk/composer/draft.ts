/** What is being written: words, whether they are a note, and the next word's time if one was chosen. */
export interface Draft {
  html: string
  note: boolean
  next?: { words: string; due: number } | undefined
}
