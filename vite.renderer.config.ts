import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { bootScript } from './src-main/platform/window-boot.ts'

const top = import.meta.dirname
const root = path.join(top, 'src-renderer')

/** Puts the script that watches the first load before everything that is loaded. */
const boot: Plugin = {
  name: 'slipway:boot',
  transformIndexHtml: {
    order: 'post',
    handler: html => html.replace('</title>', () => `</title>\n    <script>${bootScript}</script>`),
  },
}

export default defineConfig({
  root,
  plugins: [react(), boot],
  base: './',
  build: {
    outDir: path.join(top, 'out/renderer'),
    emptyOutDir: true,
    sourcemap: false,
    // One style sheet: one that came late or not at all would leave a part of the window bare.
    cssCodeSplit: false,
    // Editor and terminal come later; the budget of the first load is held by a test.
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      input: path.join(root, 'index.html'),
      // What the first drawing needs comes in one file.
      output: { codeSplitting: { groups: [{ name: 'window', tags: ['$initial'] }] } },
    },
  },
})
