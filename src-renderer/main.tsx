import './theme/tokens.css'
import './theme/base.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { contractAddress } from './bridge/address.ts'
import { Connection } from './bridge/connection.ts'
import { Core } from './bridge/core.ts'
import { CoreProvider } from './bridge/hooks.ts'
import { Part } from './components/part.tsx'
import { App } from './shell/app.tsx'
import { applyAppearance, rememberedAppearance } from './theme/theme.ts'
import { guardDrafts } from './views/editor/drafts.ts'

applyAppearance(rememberedAppearance())
guardDrafts()

const core = new Core(new Connection(await contractAddress()))
const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 30_000, refetchOnWindowFocus: false } },
})

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <CoreProvider value={core}>
          <Part of="window">
            <App />
          </Part>
        </CoreProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}
