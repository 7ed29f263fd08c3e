/** The next word that goes with an answer. moves: the open promise that it takes the place of. */
export interface Next {
  words: string
  due: number
  moves?: number | undefined
}

/** What is being written: words, whether they are a note, and the next word's time if one was chosen. */
export interface Draft {
  html: string
  note: boolean
  next?: Next | undefined
}
