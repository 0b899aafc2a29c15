import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const top = import.meta.dirname

export default defineConfig({
  root: path.join(top, 'src-renderer'),
  plugins: [react()],
  base: './',
  build: { outDir: path.join(top, 'out/renderer'), emptyOutDir: true, sourcemap: false },
})
