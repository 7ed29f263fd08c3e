import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** Lays a .br and a .gz beside every file that gains by it, so that the binary serves them as they are. */
function compressed(): Plugin {
  const text = /\.(js|css|html|svg|json|webmanifest)$/
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir }) {
      for (const entry of await readdir(dir!, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !text.test(entry.name)) continue
        const path = join(entry.parentPath, entry.name)
        const bytes = await readFile(path)
        if (bytes.length < 1024) continue
        const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
        await writeFile(path + '.br', await promisify(brotliCompress)(bytes, best))
        await writeFile(path + '.gz', await promisify(gzip)(bytes, { level: 9 }))
      }
    },
  }
}

/** Go embeds the folder, so it must exist in a fresh clone: the build puts its .gitkeep back. */
function keptFolder(): Plugin {
  return {
    name: 'kept-folder',
    apply: 'build',
    writeBundle: ({ dir }) => writeFile(join(dir!, '.gitkeep'), ''),
  }
}

interface Graph {
  getModuleInfo: (id: string) => { isEntry: boolean; importers: readonly string[] } | null
}
const first = new Set<string>()

/** Is it imported, straight or through others, by the page itself? Then it comes with the first load. */
function comesFirst(id: string, graph: Graph, met = new Set<string>()): boolean {
  if (first.has(id)) return true
  if (met.has(id)) return false
  met.add(id)
  const { isEntry = false, importers = [] } = graph.getModuleInfo(id) ?? {}
  const by = [...importers] // the graph's own lists are used again while we look further
  const yes = isEntry || by.some((importer) => comesFirst(importer, graph, met))
  if (yes) first.add(id)
  return yes
}

export default defineConfig({
  plugins: [svelte(), compressed(), keptFolder()],
  build: {
    outDir: 'dist',
    target: 'es2022',
    assetsInlineLimit: 0, // a strict CSP serves no data: scripts or fonts
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // the desk in one piece; what is imported when it is wanted comes in pieces of its own
          groups: [
            {
              name: 'editor',
              test: /node_modules\/(@tiptap|prosemirror|linkifyjs|rope-sequence|w3c-keyname|orderedmap)/,
            },
            { name: (id, graph) => (comesFirst(id, graph) ? 'desk' : null), debugName: 'desk' },
          ],
        },
      },
    },
  },
  server: {
    fs: { allow: ['..'] }, // the catalogues lie in ../web/catalogue, where Go reads them too
    proxy: { '/api': process.env.KEPT_URL ?? 'http://localhost:8080' },
  },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: {
    environment: 'happy-dom',
    include: ['desk/**/*.test.ts'],
  },
})
