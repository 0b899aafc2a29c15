import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const top = import.meta.dirname
const root = path.join(top, 'src-renderer')

export default defineConfig({
  root,
  plugins: [react()],
  base: './',
  build: {
    outDir: path.join(top, 'out/renderer'),
    emptyOutDir: true,
    sourcemap: false,
    rolldownOptions: { input: path.join(root, 'index.html') },
  },
})
