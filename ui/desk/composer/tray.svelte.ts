/** Files that go with an answer: each is uploaded at once, and can be taken out again. */
import { brought, client } from '../api/client'

export interface TrayFile {
  key: number
  name: string
  size: number
  id?: number
  trouble?: string
}

let last = 0

export class FileTray {
  files = $state<TrayFile[]>([])
  busy = $derived(this.files.some((f) => !f.id && !f.trouble))

  add(files: File[]): void {
    for (const file of files) void this.#upload(file)
  }

  remove(key: number): void {
    this.files = this.files.filter((f) => f.key !== key)
  }

  clear(): void {
    this.files = []
  }

  ids(): number[] {
    return this.files.flatMap((f) => f.id ?? [])
  }

  async #upload(file: File): Promise<void> {
    const key = ++last
    this.files = [...this.files, { key, name: file.name, size: file.size }]
    try {
      const upload = await brought(
        client.POST('/api/uploads', {
          body: { file: '' },
          bodySerializer: () => {
            const form = new FormData()
            form.append('file', file)
            return form
          },
        }),
      )
      this.#set(key, { id: upload.id })
    } catch (e) {
      this.#set(key, { trouble: (e as Error).message })
    }
  }

  #set(key: number, change: Partial<TrayFile>): void {
    this.files = this.files.map((f) => (f.key === key ? { ...f, ...change } : f))
  }
}
