import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = 'http://127.0.0.1:4000'

export default defineConfig({
  root: import.meta.dirname!,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // What belongs to which screen: the benchmark weighs it.
    manifest: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // The budget of the shell is measured by the benchmark, packed.
    chunkSizeWarningLimit: 1500,
  },
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/files', '/sign-in'].map((path) => [path, { target: SERVER }]),
    ),
  },
})
