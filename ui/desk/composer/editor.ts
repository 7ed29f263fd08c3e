/** The rich text editor, in a chunk of its own: loaded when a conversation is opened, not with the desk. */
import { Editor } from '@tiptap/core'
import { Placeholder } from '@tiptap/extensions'
import StarterKit from '@tiptap/starter-kit'

export interface Wanted {
  element: HTMLElement
  html: string
  placeholder: () => string
  label: string
  changed: (html: string, empty: boolean) => void
  files: (files: File[]) => void
}

export interface Pen {
  html(): string
  set(html: string): void
  focus(): void
  relabel(label: string): void
  toggle(what: 'bold' | 'italic' | 'bullets'): void
  destroy(): void
}

/** Makes an editor. A new conversation gets a new one, so that undo never brings back another customer's draft. */
export function pen(wanted: Wanted): Pen {
  const editor = new Editor({
    element: wanted.element,
    content: wanted.html,
    injectCSS: false, // our policy allows no style from scripts; composer.css holds what is needed
    extensions: [
      StarterKit.configure({
        heading: false,
        horizontalRule: false,
        link: { openOnClick: false, defaultProtocol: 'https' },
      }),
      Placeholder.configure({ placeholder: wanted.placeholder, showOnlyCurrent: false }),
    ],
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': wanted.label,
        dir: 'auto',
        class: 'prose',
      },
      handlePaste: (_view, event) => take(event.clipboardData?.files),
      handleDrop: (_view, event) => take(event.dataTransfer?.files),
    },
    onUpdate: ({ editor: e }) => wanted.changed(e.isEmpty ? '' : e.getHTML(), e.isEmpty),
  })

  function take(files: FileList | undefined | null): boolean {
    if (!files || files.length === 0) return false
    wanted.files([...files])
    return true
  }

  return {
    html: () => (editor.isEmpty ? '' : editor.getHTML()),
    set: (html) => editor.commands.setContent(html, { emitUpdate: false }),
    focus: () => {
      editor.commands.setTextSelection(editor.state.doc.content.size)
      editor.view.focus() // at once: the next key is already a word
    },
    relabel: (label) => {
      editor.view.dom.setAttribute('aria-label', label)
      editor.view.dispatch(editor.state.tr) // draws the placeholder anew
    },
    toggle: (what) => {
      const chain = editor.chain().focus()
      if (what === 'bold') chain.toggleBold().run()
      else if (what === 'italic') chain.toggleItalic().run()
      else chain.toggleBulletList().run()
    },
    destroy: () => editor.destroy(),
  }
}
