import tailwindcss from "@tailwindcss/vite"
import { tanstackRouter } from "@tanstack/router-plugin/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vitest/config"

/** Where the API runs during development. */
const backend = process.env.VITE_BACKEND_URL ?? "http://127.0.0.1:8001"

/** What the backend answers itself; everything else is the single-page application. */
const backendPaths = "^/(api|docs|redoc|openapi\\.json)([/?]|$)"

export default defineConfig({
  // The router's plugin has to come before React's.
  plugins: [tanstackRouter({ autoCodeSplitting: true }), react(), tailwindcss()],
  resolve: { tsconfigPaths: true },
  server: {
    host: process.env.HOST ?? "127.0.0.1",
    port: Number(process.env.PORT ?? 5173),
    strictPort: true,
    // One origin for pages and API: no other page has to read them.
    cors: false,
    // The browser's Host and Origin reach the backend unchanged, as behind a real proxy.
    proxy: { [backendPaths]: { target: backend, changeOrigin: false, ws: true, xfwd: true } },
  },
  build: {
    target: "baseline-widely-available",
    // The Content-Security-Policy allows no data: URLs for scripts or fonts.
    assetsInlineLimit: 0,
  },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:8000" } },
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
})
